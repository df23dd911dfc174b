namespace GslbServer.Balancer;

/// <summary>One try of a request at one backend. A request that is tried again has several, one after the other. One thread at a time.</summary>
/// <param name="started">Timestamp of the <see cref="TimeProvider"/>, as all here.</param>
internal sealed class Attempt(Backend backend, long started)
{
    public Backend Backend => backend;

    public long Started => started;

    /// <summary>When the head of the answer had come from the backend; 0 before, and for ever where none came.</summary>
    public long FirstByte { get; private set; }

    /// <summary>0 while it goes on.</summary>
    public long Ended { get; private set; }

    /// <summary>Of the answer's head. What follows it (a body that streams, a WebSocket) takes as long as it likes.</summary>
    public void OnFirstByte(long now)
    {
        if (FirstByte == 0) FirstByte = now;
    }

    public void OnEnded(long now) => Ended = now;
}
