namespace GslbServer.Dns;

/// <summary>A token bucket: so many signatures a second, and those of a quarter of a second at once.</summary>
internal sealed class SigningBudget(int perSecond)
{
    private readonly int _most = Math.Max(1, perSecond / 4);
    private int _left;
    private double _rest; // part of a token not given yet; only who fills reads it

    /// <summary>Whether there was one to take.</summary>
    public bool TryTake() => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0;

    /// <summary>One caller at a time.</summary>
    public void Fill(TimeSpan passed)
    {
        double due = _rest + (perSecond * passed.TotalSeconds);
        int tokens = (int)Math.Min(due, _most);
        _rest = Math.Min(due, _most) - tokens;
        // Those who came too late may have left it below zero.
        int left = Volatile.Read(ref _left);
        Interlocked.Exchange(ref _left, Math.Min(_most, Math.Max(0, left) + tokens));
    }
}
