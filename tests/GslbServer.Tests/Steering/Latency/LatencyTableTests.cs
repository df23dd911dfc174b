using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Rows and maps as octets: what was cut, changed or is foreign is refused whole.</summary>
public sealed class LatencyTableTests
{
    [Fact]
    public void Rows_and_maps_read_back_what_was_written()
    {
        LatencyRows rows = Rows(7);
        LatencyRows? read = LatencyRowsCodec.Decode(LatencyRowsCodec.Encode(rows), out string problem);
        Assert.Equal("", problem);
        Assert.Equal(rows.Rows, read?.Rows);
        Assert.Equal(rows.Links, read?.Links);
        Assert.Equal((rows.Writer, rows.Epoch), (read?.Writer, read?.Epoch));

        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 7, rows);
        LatencyMap? again = LatencyMap.Decode(map.Octets.Span, out problem);
        Assert.Equal("", problem);
        Assert.Equal((map.Hash, map.Epoch, map.PrefixCount), (again?.Hash, again?.Epoch, again?.PrefixCount));
        Assert.True(map.PrefixCount > 0);
        // The next map is the same, whether this one was decided here or read.
        Assert.Equal(LatencyWorld.Decide(map, 8, Rows(8)).Hash, LatencyWorld.Decide(again ?? LatencyMap.Empty, 8, Rows(8)).Hash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_table_that_is_cut_or_changed_is_refused_whole(bool isMap)
    {
        byte[] octets = isMap ? LatencyWorld.Decide(LatencyMap.Empty, 7, Rows(7)).Octets.ToArray() : LatencyRowsCodec.Encode(Rows(7));
        for (int length = 0; length < octets.Length; length++)
            Assert.False(Reads(octets.AsSpan(0, length), isMap), $"read though cut at {length}");
        for (int at = 0; at < octets.Length; at++)
        {
            byte[] changed = [.. octets];
            changed[at] ^= 0x10;
            Assert.False(Reads(changed, isMap), $"read though changed at {at}");
        }
    }

    [Theory]
    [InlineData((byte)'R')]
    [InlineData((byte)'M')]
    public void Foreign_content_under_a_right_hash_never_throws(byte kind)
    {
        byte[] whole = kind == 'M' ? LatencyWorld.Decide(LatencyMap.Empty, 7, Rows(7)).Octets.ToArray() : LatencyRowsCodec.Encode(Rows(7));
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 2_000_000 : 20_000;
        const int seed = 4;
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++)
        {
            byte[] content = whole[17..];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
                content[random.Next(content.Length)] = (byte)random.Next(256);
            byte[] octets = Envelope.Wrap(kind, (byte)random.Next(1, 3), content.AsSpan(0, random.Next(3) == 0 ? random.Next(content.Length) : content.Length));
            Exception? thrown = Record.Exception(() => Reads(octets, kind == 'M'));
            Assert.True(thrown is null, $"seed {seed}, round {round}: {thrown}");
        }
    }

    [Fact]
    public void A_map_of_the_version_before_is_read()
    {
        byte[] content = LatencyMap.Empty.Octets.ToArray()[17..];
        // It ends in zeros, one of them what moves promised, which version 1 did not tell.
        LatencyMap? map = LatencyMap.Decode(Envelope.Wrap((byte)'M', 1, content.AsSpan(..^1)), out string problem);
        Assert.Equal(("", 0u, 0), (problem, map?.Epoch, map?.Trials.Moved));
        Assert.Null(LatencyMap.Decode(Envelope.Wrap((byte)'M', 3, content), out problem));
        Assert.Equal("version 3; expected 1 to 2", problem);
    }

    private static bool Reads(ReadOnlySpan<byte> octets, bool isMap)
        => isMap ? LatencyMap.Decode(octets, out _) is not null : LatencyRowsCodec.Decode(octets, out _) is not null;

    private static LatencyRows Rows(uint epoch) => LatencyWorld.Rows(epoch, ("198.18.0.0", "eu-west", 20, 9), ("198.18.0.0", "us-east", 90, 9), ("198.18.64.0", "us-east", 92, 30)) with
    {
        Links = [new ResolverLink(LatencyKey.Of(Client.From(IPAddress.Parse("192.0.2.53"))), LatencyKey.Of(Client.From(IPAddress.Parse("198.18.0.0"))), 9)],
    };
}
