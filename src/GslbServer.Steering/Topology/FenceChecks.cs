namespace GslbServer.Steering;

/// <summary>Fences that would leave a client with nothing, as far as one can tell from the rules alone, and last resorts that stand outside one.</summary>
internal sealed class FenceChecks(SteerDraft draft, Func<Target, (bool IPv4, bool IPv6)> families, Problems problems)
{
    private readonly SteeredName _name = draft.Name;

    public void Check()
    {
        foreach (PlaceRule only in _name.Only)
            CheckLeft(only, "only", only.Targets.Except(ExceptAt(only)));
        foreach (PlaceRule except in _name.Except)
            CheckLeft(except, "except", OnlyAt(except).Except(ExceptAt(except)));
        CheckAllDownTarget();
    }

    /// <summary>The first fence that keeps some client from this target; null when it stands inside all. -1 stands for something that is no target.</summary>
    public static string? Outside(SteeredName name, int ordinal)
    {
        PlaceRule? only = name.Only.FirstOrDefault(rule => !rule.Targets.Contains(ordinal));
        if (only is not null)
            return $"only={PlaceOf(only)}";
        PlaceRule? except = name.Except.FirstOrDefault(rule => ordinal < 0 || rule.Targets.Contains(ordinal));
        return except is null ? null : $"except={PlaceOf(except)}";
    }

    private void CheckLeft(PlaceRule rule, string key, IEnumerable<int> left)
    {
        int[] ordinals = [.. left];
        int word = WordOf(key, rule);
        if (ordinals.Length == 0)
        {
            if (_name.Targets.Length > 0)
                problems.Error(draft.Record, word, $"the fence {key}={PlaceOf(rule)} leaves no target for that place");
            return;
        }

        // Which families exist must not depend on the client, so each fence needs a target of every family.
        (bool IPv4, bool IPv6)[] all = [.. _name.Targets.Select(families)];
        if (all.Any(family => family.IPv4) && !ordinals.Any(ordinal => all[ordinal].IPv4))
            problems.Error(draft.Record, word, $"the fence {key}={PlaceOf(rule)} leaves no target with an A, while others have one");
        if (all.Any(family => family.IPv6) && !ordinals.Any(ordinal => all[ordinal].IPv6))
            problems.Error(draft.Record, word, $"the fence {key}={PlaceOf(rule)} leaves no target with an AAAA, while others have one");
    }

    private void CheckAllDownTarget()
    {
        if (_name.AllDown != AllDown.Target)
            return;
        int ordinal = _name.Targets.ToList().FindIndex(target => target.IsName == _name.AllDownTarget.IsName && target.Index == _name.AllDownTarget.Index);
        KeyValue? written = draft.Words.Scalar("all-down");
        PlaceRule? only = _name.Only.FirstOrDefault(rule => !rule.Targets.Contains(ordinal));
        PlaceRule? except = _name.Except.FirstOrDefault(rule => rule.Targets.Contains(ordinal));
        string? fence = only is not null ? $"only={PlaceOf(only)}" : except is not null ? $"except={PlaceOf(except)}" : null;
        if (fence is not null)
            problems.Error(draft.Record, written?.Word ?? -1, $"all-down={written?.Value} steps outside the fence {fence}");
    }

    /// <summary>What surely holds at the place of a rule: rules of the very same place and of everywhere.</summary>
    private IEnumerable<int> ExceptAt(PlaceRule place) => _name.Except.Where(rule => SamePlace(rule, place) || rule.Kind == PlaceKind.Anywhere).SelectMany(rule => rule.Targets);

    private IEnumerable<int> OnlyAt(PlaceRule place)
        => _name.Only.FirstOrDefault(rule => SamePlace(rule, place))?.Targets ?? Enumerable.Range(0, _name.Targets.Length);

    private static bool SamePlace(PlaceRule a, PlaceRule b) => a.Kind == b.Kind && a.Code == b.Code && a.Asn == b.Asn && a.Network.Equals(b.Network);

    private static Place PlaceOf(PlaceRule rule) => new(rule.Kind, rule.Code, rule.Asn, rule.Network);

    private int WordOf(string key, PlaceRule rule)
    {
        foreach ((string item, int word) in draft.Words.List(key))
        {
            int colon = item.LastIndexOf(':');
            if (colon > 0 && PlaceReader.TryRead(item[..colon], out Place place) is null && place == PlaceOf(rule))
                return word;
        }

        return -1;
    }
}
