using System.Runtime.CompilerServices;

namespace GslbServer.Balancer;

/// <summary>The client's side of a WebSocket that is proxied. What passes is not changed, until the balancer leaves: then both sides are told so (close code 1001), each at the end of a frame, and nothing
/// more passes.</summary>
/// <remarks>One reader and one writer at a time, as YARP has it.</remarks>
internal sealed class WebSocketStream(Stream inner) : PassingStream
{
    private static readonly byte[] CloseOfServer = [0x88, 2, 0x03, 0xe9];

    /// <summary>Clients mask what they send; a mask of zeros is one too (RFC 6455 section 5.3), and 1001 hides nothing.</summary>
    private static readonly byte[] CloseOfClient = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9];

    private readonly SemaphoreSlim _write = new(1, 1);
    private readonly CancellationTokenSource _leave = new();
    private CancellationTokenSource? _linked;
    private CancellationToken _linkedTo;
    private FrameTracker _fromClient, _toClient;
    private bool _clientTold, _backendTold, _isCutOff;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>Tells both sides, as soon as their frames under way have ended. Never throws.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await _leave.CancelAsync();
            await _write.WaitAsync();
            try
            {
                await TellClientAsync(CancellationToken.None);
            }
            finally
            {
                _write.Release();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    /// <summary>From the client to the backend.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_leave.IsCancellationRequested)
        {
            try
            {
                int read = await inner.ReadAsync(buffer, Linked(cancellationToken));
                _fromClient.Advance(buffer.Span[..read]);
                return read;
            }
            catch (OperationCanceledException) when (_leave.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Nothing came from the client: the backend is told now.
            }
        }

        return await ReadWhileLeavingAsync(buffer, cancellationToken);
    }

    /// <summary>From the backend to the client.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            if (_clientTold) return;
            if (!_leave.IsCancellationRequested)
            {
                _toClient.Advance(buffer.Span);
                await inner.WriteAsync(buffer, cancellationToken);
            }
            else if (!_toClient.IsAtBoundary) await inner.WriteAsync(buffer[.._toClient.AdvanceToBoundary(buffer.Span)], cancellationToken);
            if (_leave.IsCancellationRequested) await TellClientAsync(cancellationToken);
        }
        finally
        {
            _write.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _linked?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The caller holds <see cref="_write"/>.</summary>
    private async ValueTask TellClientAsync(CancellationToken cancel)
    {
        if (_clientTold || !_toClient.IsAtBoundary) return;
        _clientTold = true;
        // After a close of its own the backend says nothing more.
        if (_toClient.HasClosed) return;
        await inner.WriteAsync(CloseOfServer, cancel);
        await inner.FlushAsync(cancel);
    }

    /// <summary>The rest of the frame under way, then the close, then the end: when the client has answered with its own.</summary>
    private async ValueTask<int> ReadWhileLeavingAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        // A read without room only asks whether there is something (YARP takes a buffer then): there is, the close or the end at least.
        if (buffer.IsEmpty) return 0;
        if (!_isCutOff && !_fromClient.IsAtBoundary)
        {
            int read = await inner.ReadAsync(buffer, cancel);
            int passed = _fromClient.AdvanceToBoundary(buffer.Span[..read]);
            _isCutOff = _fromClient.IsAtBoundary;
            bool hadClosed = _fromClient.HasClosed;
            // What follows is for nobody, but may be the client's answer.
            _fromClient.Advance(buffer.Span[passed..read]);
            _backendTold = hadClosed;
            return passed;
        }

        if (!_isCutOff)
        {
            _isCutOff = true;
            // After a close of its own the client says nothing more.
            _backendTold = _fromClient.HasClosed;
        }

        if (!_backendTold)
        {
            _backendTold = true;
            CloseOfClient.CopyTo(buffer);
            return CloseOfClient.Length;
        }

        while (!(_fromClient.HasClosed && _fromClient.IsAtBoundary))
        {
            int read = await inner.ReadAsync(buffer, cancel);
            if (read == 0) break;
            _fromClient.Advance(buffer.Span[..read]);
        }

        return 0;
    }

    /// <summary>YARP gives the same token for the whole life of a connection.</summary>
    private CancellationToken Linked(CancellationToken cancel)
    {
        if (_linked is not null && _linkedTo == cancel) return _linked.Token;
        _linked?.Dispose();
        (_linked, _linkedTo) = (CancellationTokenSource.CreateLinkedTokenSource(_leave.Token, cancel), cancel);
        return _linked.Token;
    }
}
