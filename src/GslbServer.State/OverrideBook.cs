using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>All overrides known, one per target, the highest revision of each: the union of every store, the disk copy and this node's own. Not thread-safe.</summary>
internal sealed class OverrideBook
{
    /// <summary>How long a tombstone or an expired override is kept. A store or disk copy older than this may bring back what it undid.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly Dictionary<string, OperatorOverride> _byTarget = [];

    public IReadOnlyList<OperatorOverride> All => [.. _byTarget.Values.OrderBy(o => o.Target, StringComparer.Ordinal)];

    public string Highest => _byTarget.Values.Select(o => o.Revision).Max(StringComparer.Ordinal) ?? Revision.None;

    /// <returns>Whether any was new.</returns>
    public bool Absorb(IReadOnlyList<OperatorOverride> overrides, DateTimeOffset utcNow)
    {
        bool any = false;
        foreach (OperatorOverride value in overrides)
        {
            if (IsPast(value, utcNow) || (_byTarget.TryGetValue(value.Target, out OperatorOverride? held) && !IsNewer(value, held)))
                continue;
            _byTarget[value.Target] = value;
            any = true;
        }

        return any;
    }

    /// <summary>What a store with these contents lacks, or has older.</summary>
    public IReadOnlyList<OperatorOverride> LackingIn(IReadOnlyList<OperatorOverride> contents)
    {
        var held = contents.ToDictionary(o => o.Target);
        return [.. _byTarget.Values.Where(mine => !held.TryGetValue(mine.Target, out OperatorOverride? theirs) || IsNewer(mine, theirs))];
    }

    /// <returns>Whether any was dropped.</returns>
    public bool Prune(DateTimeOffset utcNow)
    {
        var past = _byTarget.Values.Where(o => IsPast(o, utcNow)).ToList();
        foreach (OperatorOverride value in past)
            _byTarget.Remove(value.Target);
        return past.Count > 0;
    }

    public static bool IsPast(OperatorOverride value, DateTimeOffset utcNow) =>
        value.State == OverrideState.None ? Revision.Time(value.Revision) < utcNow - Kept : value.ExpiresAt < utcNow - Kept;

    private static bool IsNewer(OperatorOverride value, OperatorOverride than) => string.CompareOrdinal(value.Revision, than.Revision) > 0;
}
