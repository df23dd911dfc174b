using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>One connection to a backend: one exchange at a time, then idle until the next.</summary>
/// <remarks>Its time limits are kept by <see cref="UpstreamPool"/>'s sweep and not by a timer of its own: an exchange costs one write here.</remarks>
internal sealed class UpstreamConnection(Socket socket, UpstreamPool pool) : IDisposable
{
    private const int Open = 0, TimedOut = 1, Aborted = 2, Closed = 3;

    private long _deadline = long.MaxValue;
    private int _state;

    public UpstreamPool Pool => pool;

    /// <summary>Strings of the last answer's head: the next is mostly the same.</summary>
    public HeadMemory Memory { get; } = new();

    /// <summary>An exchange has ended on it before; the backend may have closed it since.</summary>
    public bool IsReused { get; set; }

    /// <summary>In the pool's time; when it was last put aside.</summary>
    public long IdleSince { get; set; }

    public bool HasTimedOut => Volatile.Read(ref _state) == TimedOut;

    public bool IsAborted => Volatile.Read(ref _state) == Aborted;

    /// <summary>The exchange must make a step before this, in the pool's time.</summary>
    public void Expect(long deadline) => Volatile.Write(ref _deadline, deadline);

    /// <inheritdoc cref="Expect"/>
    public void ExpectWithin(TimeSpan wait) => Expect(pool.After(wait));

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => socket.SendAsync(data, SocketFlags.None);

    /// <summary>Nothing more is sent; the backend may still answer.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>False if the backend has closed it, or said something unasked.</summary>
    public bool LooksUsable()
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The client went away, or somebody else cancels the exchange: what waits on the connection fails.</summary>
    public void Abort() => End(Aborted);

    public void CloseIfLate(long now)
    {
        if (now > Volatile.Read(ref _deadline)) End(TimedOut);
    }

    public void Dispose() => End(Closed);

    private void End(int state)
    {
        if (Interlocked.CompareExchange(ref _state, state, Open) != Open) return;
        socket.Dispose();
        pool.Forget(this);
    }
}
