using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class ReplayBodyTests
{
    [Fact]
    public void What_was_read_is_read_again_wherever_it_broke_off() =>
        Prop.ForAll(Gen.Choose(0, 9_000).ToArbitrary(), Gen.Choose(1, 3_000).ToArbitrary(), Gen.Choose(0, 9_000).ToArbitrary(), (length, chunk, brokeAt) =>
        {
            byte[] body = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
            using var source = new MemoryStream(body);
            using var replay = new ReplayBody(source, limit: 9_000);
            for (int attempt = 0; attempt < 2; attempt++)
            {
                Read(replay, chunk, brokeAt);
                if (!replay.CanReplay) return false;
                replay.Rewind();
            }

            return Read(replay, chunk, int.MaxValue).SequenceEqual(body) && replay.CanReplay;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_longer_than_the_limit_streams_on_and_is_not_replayed()
    {
        byte[] body = [.. Enumerable.Range(0, 5_000).Select(i => (byte)i)];
        using var source = new MemoryStream(body);
        using var replay = new ReplayBody(source, limit: 4_999);

        Assert.Equal(body, Read(replay, 1_000, int.MaxValue));

        Assert.False(replay.CanReplay);
    }

    [Fact]
    public void The_end_is_asked_for_once()
    {
        using var source = new EndsOnce();
        using var replay = new ReplayBody(source, limit: 10);

        Assert.Empty(Read(replay, 10, int.MaxValue));
        replay.Rewind();
        Assert.Empty(Read(replay, 10, int.MaxValue));
    }

    private static byte[] Read(ReplayBody replay, int chunk, int atMost)
    {
        List<byte> all = [];
        byte[] buffer = new byte[chunk];
        while (all.Count < atMost)
        {
            // A source in memory never waits.
            ValueTask<int> reading = replay.ReadAsync(buffer);
            Assert.True(reading.IsCompletedSuccessfully);
            int read = reading.Result;
            if (read == 0) break;
            all.AddRange(buffer[..read]);
        }

        return [.. all];
    }

    private sealed class EndsOnce : MemoryStream
    {
        private bool _hasEnded;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.False(_hasEnded);
            _hasEnded = true;
            return new(0);
        }
    }
}
