using System.Buffers;

namespace GslbServer.Balancer;

/// <summary>The body of a request that may have to be sent twice: streams as it comes and keeps what was read, up to a limit. Beyond it streams on, and cannot be replayed.</summary>
internal sealed class ReplayBody(Stream source, int limit) : PassingStream
{
    private const int FirstRent = 4_096;

    private byte[]? _kept;
    private int _length, _position;
    private bool _hasEnded, _isTooLong;

    /// <summary>Whether all that was read is kept.</summary>
    public bool CanReplay => !_isTooLong;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    /// <summary>The next read is from the beginning. Only while <see cref="CanReplay"/>.</summary>
    public void Rewind() => _position = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position < _length)
        {
            int again = Math.Min(buffer.Length, _length - _position);
            _kept.AsSpan(_position, again).CopyTo(buffer.Span);
            _position += again;
            return again;
        }

        if (_hasEnded) return 0;
        int read = await source.ReadAsync(buffer, cancellationToken);
        _hasEnded = read == 0 && buffer.Length > 0;
        if (!_isTooLong) Keep(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    /// <summary>Gives back what was kept. The request's own body is the server's to close.</summary>
    protected override void Dispose(bool disposing)
    {
        Forget();
        base.Dispose(disposing);
    }

    private void Forget()
    {
        if (_kept is { } kept) ArrayPool<byte>.Shared.Return(kept);
        (_kept, _length, _position) = (null, 0, 0);
        _isTooLong = true;
    }

    private void Keep(ReadOnlySpan<byte> read)
    {
        int length = _length + read.Length;
        if (length > limit)
        {
            Forget();
            return;
        }

        if (length > (_kept?.Length ?? 0))
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstRent, Math.Max(length, 2 * _length)));
            if (_kept is { } kept)
            {
                kept.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(kept);
            }

            _kept = larger;
        }

        read.CopyTo(_kept.AsSpan(_length));
        _position = _length = length;
    }
}
