using GslbServer.Steering;

namespace GslbServer;

/// <summary>An operator's decision that came into force, changed or ended between two health tables, wherever it was made.</summary>
/// <param name="From">What was in force: <c>none</c>, <c>drain</c>, <c>drain 10 %</c>, <c>down</c>, <c>up</c>.</param>
/// <param name="Detail">Who and why.</param>
internal sealed record OverrideChange(string Target, string From, string To, string Detail)
{
    public static IEnumerable<OverrideChange> Between(HealthTable before, HealthTable after)
    {
        foreach (ActiveOverride now in after.Overrides)
        {
            OperatorOverride? old = Find(before, now.Override.Target);
            if (old?.Revision != now.Override.Revision)
            {
                yield return new OverrideChange(now.Override.Target, Word(old), Word(now.Override), $"by {now.Override.Owner}: {now.Override.Reason}");
            }
        }

        foreach (ActiveOverride old in before.Overrides.Where(o => Find(after, o.Override.Target) is null))
        {
            yield return new OverrideChange(old.Override.Target, Word(old.Override), Word(null), $"was by {old.Override.Owner}: {old.Override.Reason}");
        }
    }

    private static OperatorOverride? Find(HealthTable table, string target) => table.Overrides.FirstOrDefault(o => o.Override.Target == target)?.Override;

    private static string Word(OperatorOverride? value) => value is null ? "none"
        : value.Percent == 100 ? value.State.ToString().ToLowerInvariant() : $"{value.State.ToString().ToLowerInvariant()} {value.Percent} %";
}
