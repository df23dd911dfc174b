using System.IO.Pipelines;

namespace GslbServer.Balancer.Tests;

public sealed class WebSocketStreamTests
{
    private static readonly byte[] Going = [0x88, 2, 0x03, 0xe9], GoingMasked = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9];

    private readonly Pipe _fromClient = new(), _toClient = new();
    private readonly WebSocketStream _stream;

    public WebSocketStreamTests() => _stream = new WebSocketStream(new Duplex(_fromClient.Reader.AsStream(), _toClient.Writer.AsStream()));

    [Fact]
    public async Task What_passes_is_not_changed()
    {
        byte[] frame = FrameTrackerTests.Frame(0x82, 300, masked: true);
        await _fromClient.Writer.WriteAsync(frame);
        Assert.Equal(frame, await ReadAsync(frame.Length));
        await _stream.WriteAsync(frame);
        Assert.Equal(frame, await SentAsync(frame.Length));
    }

    [Fact]
    public async Task Between_frames_both_sides_are_told_at_once_and_the_end_comes_with_the_clients_answer()
    {
        byte[] buffer = new byte[100];
        // YARP waits without a buffer.
        ValueTask<int> waiting = _stream.ReadAsync(Memory<byte>.Empty);
        await _stream.LeaveAsync();

        Assert.Equal(0, await waiting);
        Assert.Equal(GoingMasked, await ReadAsync(100));
        Assert.Equal(Going, await SentAsync(4));
        // Nothing passes any more, in either direction.
        await _stream.WriteAsync(FrameTrackerTests.Frame(0x82, 5, masked: false));
        ValueTask<int> end = _stream.ReadAsync(buffer);
        await _fromClient.Writer.WriteAsync(FrameTrackerTests.Frame(0x82, 5, masked: true));
        Assert.False(end.IsCompleted);
        await _fromClient.Writer.WriteAsync(GoingMasked);
        Assert.Equal(0, await end);
        Assert.False(_toClient.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_frame_under_way_ends_first()
    {
        byte[] down = FrameTrackerTests.Frame(0x82, 200, masked: false), up = FrameTrackerTests.Frame(0x82, 200, masked: true);
        await _stream.WriteAsync(down.AsMemory(0, 50));
        await _fromClient.Writer.WriteAsync(up.AsMemory(0, 50));
        Assert.Equal(up[..50], await ReadAsync(50));
        await _stream.LeaveAsync();
        Assert.Equal(down[..50], await SentAsync(50));
        Assert.False(_toClient.Reader.TryRead(out _));

        await _stream.WriteAsync((byte[])[.. down[50..], .. down]);
        Assert.Equal((byte[])[.. down[50..], .. Going], await SentAsync(down.Length - 50 + 4));
        Assert.False(_toClient.Reader.TryRead(out _));
        // The client's answer comes right behind the frame: the backend is told all the same.
        await _fromClient.Writer.WriteAsync((byte[])[.. up[50..], .. GoingMasked]);
        byte[] rest = await ReadAsync(up.Length - 50);
        Assert.Equal(up[50..], rest);
        Assert.Equal(GoingMasked, await ReadAsync(GoingMasked.Length));
        Assert.Empty(await ReadAsync(1));
    }

    [Fact]
    public async Task Sides_that_have_closed_themselves_are_told_nothing()
    {
        await _stream.WriteAsync(Going);
        Assert.Equal(Going, await SentAsync(4));
        await _fromClient.Writer.WriteAsync(GoingMasked);
        Assert.Equal(GoingMasked, await ReadAsync(GoingMasked.Length));
        await _stream.LeaveAsync();

        Assert.Empty(await ReadAsync(1));
        Assert.False(_toClient.Reader.TryRead(out _));
    }

    private async Task<byte[]> ReadAsync(int most)
    {
        byte[] buffer = new byte[Math.Max(most, 100)];
        return buffer[..await _stream.ReadAsync(buffer)];
    }

    private async Task<byte[]> SentAsync(int count)
    {
        byte[] octets = new byte[count];
        await _toClient.Reader.AsStream().ReadExactlyAsync(octets);
        return octets;
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
