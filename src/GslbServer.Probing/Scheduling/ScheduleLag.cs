namespace GslbServer.Probing;

/// <summary>The longest that a probe began (or its deadline came) after its due time, over the last five to ten seconds. Large when the process was paused or
/// starved: then its observations say more of this node than of the endpoints.</summary>
internal sealed class ScheduleLag(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _windowStart = time.GetTimestamp();
    private TimeSpan _present, _before;

    public TimeSpan Longest
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _present > _before ? _present : _before;
            }
        }
    }

    public void Record(TimeSpan lag)
    {
        lock (_lock)
        {
            Turn();
            if (lag > _present)
                _present = lag;
        }
    }

    private void Turn()
    {
        TimeSpan elapsed = time.GetElapsedTime(_windowStart);
        if (elapsed < Window)
            return;
        _before = elapsed < 2 * Window ? _present : TimeSpan.Zero;
        _present = TimeSpan.Zero;
        _windowStart = time.GetTimestamp();
    }
}
