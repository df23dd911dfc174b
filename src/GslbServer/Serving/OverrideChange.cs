using GslbServer.Steering;

namespace GslbServer;

/// <summary>An operator's decision that came into force, changed or ended between two health tables, wherever it was made.</summary>
/// <param name="From">What was in force: <c>none</c>, <c>draining</c> while TTLs fall and traffic moves, <c>drain</c>, <c>drain 10 %</c>, <c>down</c>, <c>up</c>.</param>
/// <param name="Detail">Who and why.</param>
internal sealed record OverrideChange(string Target, string From, string To, string Detail)
{
    public static IEnumerable<OverrideChange> Between(HealthTable before, HealthTable after)
    {
        foreach (ActiveOverride now in after.Overrides)
        {
            ActiveOverride? old = Find(before, now.Override.Target);
            if (old?.Override.Revision != now.Override.Revision || old.UnderWay != now.UnderWay)
            {
                yield return new OverrideChange(now.Override.Target, Word(old), Word(now), $"by {now.Override.Owner}: {now.Override.Reason}");
            }
        }

        foreach (ActiveOverride old in before.Overrides.Where(o => Find(after, o.Override.Target) is null))
        {
            yield return new OverrideChange(old.Override.Target, Word(old), Word(null), $"was by {old.Override.Owner}: {old.Override.Reason}");
        }
    }

    private static ActiveOverride? Find(HealthTable table, string target) => table.Overrides.FirstOrDefault(o => o.Override.Target == target);

    private static string Word(ActiveOverride? value)
    {
        if (value is null)
        {
            return "none";
        }

        string state = value.UnderWay ? "draining" : value.Override.State.ToString().ToLowerInvariant();
        return value.Override.Percent == 100 ? state : $"{state} {value.Override.Percent} %";
    }
}
