namespace GslbServer;

/// <summary>Whether serving threads go on. Each looks for datagrams at least every <see cref="UdpListeners.StopLatency"/>, whether there are any or not; one that does not is stuck in an answer, or gone.</summary>
internal sealed class ServingPulse(TimeProvider time)
{
    /// <summary>A machine may be so busy that a thread waits for its core; not so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (long Turns, long At)> _seen = new(StringComparer.Ordinal);

    /// <param name="threads">As they are now.</param>
    /// <returns>One line for each that has not moved since it was last looked at, <see cref="Patience"/> ago or longer.</returns>
    public IReadOnlyList<string> Stalled(IEnumerable<(string Thread, long Turns)> threads)
    {
        lock (_seen)
        {
            long now = time.GetTimestamp();
            var stalled = new List<string>();
            foreach ((string thread, long turns) in threads)
            {
                if (!_seen.TryGetValue(thread, out (long Turns, long At) before) || before.Turns != turns)
                {
                    _seen[thread] = (turns, now);
                }
                else if (time.GetElapsedTime(before.At, now) is var idle && idle >= Patience)
                {
                    stalled.Add($"thread {thread} has not moved for {(int)idle.TotalSeconds} s");
                }
            }

            return stalled;
        }
    }
}
