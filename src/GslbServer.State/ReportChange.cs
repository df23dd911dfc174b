using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Whether two reports of one node can lead to different merges.</summary>
internal static class ReportChange
{
    /// <summary>Streaks beyond this decide nothing sooner than the next regular merge would see.</summary>
    private const int StreakThatMatters = 10;

    public static bool Matters(VantageReport before, VantageReport after) =>
        before.Leaving != after.Leaving || before.IsProber != after.IsProber || !before.Prices.SequenceEqual(after.Prices) || Matters(before.Observations, after.Observations);

    public static bool Matters(IReadOnlyList<Observation> before, IReadOnlyList<Observation> after) =>
        Differ(before, after, (a, b) => a.Verdict != b.Verdict || Clamp(a.Streak) != Clamp(b.Streak));

    /// <summary>Narrower: what other nodes should hear of at once. A verdict, or the first failure or success that begins to contradict it.</summary>
    public static bool IsNews(IReadOnlyList<Observation> before, IReadOnlyList<Observation> after) =>
        Differ(before, after, (a, b) => a.Verdict != b.Verdict || Math.Sign(a.Streak) != Math.Sign(b.Streak));

    private static bool Differ(IReadOnlyList<Observation> before, IReadOnlyList<Observation> after, Func<Observation, Observation, bool> differ)
    {
        if (ReferenceEquals(before, after))
            return false;
        if (before.Count != after.Count)
            return true;
        Dictionary<string, Observation>? byMonitor = null;
        for (int i = 0; i < after.Count; i++)
        {
            Observation b = after[i], a = before[i];
            // Reports keep their order, so the index by name is hardly ever needed.
            if (a.Monitor != b.Monitor)
            {
                byMonitor ??= before.GroupBy(o => o.Monitor).ToDictionary(g => g.Key, g => g.First());
                if (!byMonitor.TryGetValue(b.Monitor, out Observation? found))
                    return true;
                a = found;
            }

            if (differ(a, b))
                return true;
        }

        return false;
    }

    private static int Clamp(int streak) => Math.Clamp(streak, -StreakThatMatters, StreakThatMatters);
}
