namespace GslbServer;

/// <summary>A name's choice for IPv4 and its choice for IPv6 in one.</summary>
internal static class ChoiceMerge
{
    /// <returns>Null where they are too different to be one STEER.</returns>
    public static Choice? Of(Choice a, Choice b)
    {
        if (a is Endpoints x && b is Endpoints y) return x with { Records = [.. x.Records, .. y.Records] };
        if (a is not Steer s || b is not Steer t || s.Policy != t.Policy || !s.Keys.SequenceEqual(t.Keys)
            || !s.Checks.Select(check => check.Words).SequenceEqual(t.Checks.Select(check => check.Words))) return null;
        if (!s.Rules.Select(rule => $"{rule.Key}={rule.Place}").SequenceEqual(t.Rules.Select(rule => $"{rule.Key}={rule.Place}"))) return null;
        if (s.Targets.Select(target => target.Weight).SequenceEqual(t.Targets.Select(target => target.Weight)))
        {
            Choice?[] pairs = [.. s.Targets.Zip(t.Targets, (one, other) => Of(one.Choice, other.Choice))];
            if (pairs.All(pair => pair is not null) && s.Rules.Zip(t.Rules).All(pair => pair.First.Targets.SequenceEqual(pair.Second.Targets)))
                return s with { Targets = [.. s.Targets.Select((target, i) => target with { Choice = pairs[i]! })] };
        }

        // Side by side: a query finds those of its family.
        return s.Rules.Count == 0 ? s with { Targets = [.. s.Targets, .. t.Targets] } : null;
    }
}
