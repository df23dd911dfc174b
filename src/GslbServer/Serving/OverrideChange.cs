using System.Globalization;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>An operator's decision that came into force, changed or ended between two health tables, wherever it was made.</summary>
/// <param name="From">What was in force: <c>none</c>, <c>draining</c> while TTLs fall and traffic moves, <c>drain</c>, <c>drain 10 %</c>, <c>down</c>, <c>up</c>.</param>
/// <param name="Detail">Who and why.</param>
internal sealed record OverrideChange(string Target, string From, string To, string Detail)
{
    /// <summary>What began or ended by the clock, and by nobody's hand now; null for everything else.</summary>
    public AuditEntry? ByTheClock { get; init; }

    public static IEnumerable<OverrideChange> Between(HealthTable before, HealthTable after, DateTimeOffset utcNow)
    {
        foreach (ActiveOverride now in after.Overrides)
        {
            ActiveOverride? old = Find(before, now.Override.Target);
            if (old?.Override.Revision != now.Override.Revision || old.UnderWay != now.UnderWay)
            {
                yield return new OverrideChange(now.Override.Target, Word(old), Word(now), $"by {now.Override.Owner}: {now.Override.Reason}")
                {
                    ByTheClock = old is null && now.Override.StartsAt is { } at ? AuditEntry.ByTheClock(now.Override, at, "scheduled", Word(now.Override)) : null,
                };
            }
        }

        foreach (ActiveOverride old in before.Overrides.Where(o => Find(after, o.Override.Target) is null))
        {
            yield return new OverrideChange(old.Override.Target, Word(old), Word((OperatorOverride?)null), $"was by {old.Override.Owner}: {old.Override.Reason}")
            {
                ByTheClock = old.Override.ExpiresAt is { } end && end <= utcNow ? AuditEntry.ByTheClock(old.Override, end, Word(old.Override), "none") : null,
            };
        }
    }

    private static ActiveOverride? Find(HealthTable table, string target) => table.Overrides.FirstOrDefault(o => o.Override.Target == target);

    private static string Word(ActiveOverride? value)
    {
        if (value is null)
        {
            return "none";
        }

        return value.UnderWay ? WithPercent("draining", value.Override) : Word(value.Override);
    }

    /// <summary><c>drain</c>, <c>drain 10 %</c>, <c>none</c>: what was decided, in force or not.</summary>
    public static string Word(OperatorOverride? value) => value is null ? "none" : WithPercent(value.State.ToString().ToLowerInvariant(), value);

    /// <summary>For people: from when, until when, over what time; empty for now and until undrained.</summary>
    public static string Times(OperatorOverride value)
    {
        string[] parts =
        [
            value.StartsAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"from {at:u}") : "", value.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"until {end:u}") : "",
            value.Ramp > TimeSpan.Zero ? $"ramp {Durations.Format(value.Ramp)}" : "",
        ];
        string all = string.Join(", ", parts.Where(part => part.Length > 0));
        return all.Length == 0 ? "" : $" ({all})";
    }

    private static string WithPercent(string state, OperatorOverride value) => value.Percent == 100 || value.State == OverrideState.None ? state : $"{state} {value.Percent} %";
}
