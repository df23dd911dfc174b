using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>What can only be judged when every name is known: nesting, families, fences, promises, and what nobody uses.</summary>
internal sealed class TopologyChecks
{
    private readonly ImmutableArray<Region> _regions;
    private readonly ImmutableArray<Check> _checks;
    private readonly ImmutableArray<SteerDraft> _drafts;
    private readonly ImmutableArray<SteeredName> _names;
    private readonly ImmutableArray<int>[] _below;
    private readonly Problems _problems;

    private TopologyChecks(ImmutableArray<Region> regions, ImmutableArray<Check> checks, ImmutableArray<SteerDraft> drafts, ImmutableArray<SteeredName> names,
        ImmutableArray<int> nestedFirst, Problems problems)
    {
        _regions = regions;
        _checks = checks;
        _drafts = drafts;
        _names = names;
        _below = SteeringOrder.RegionsBelow(names, nestedFirst);
        _problems = problems;
    }

    public static void Check(IReadOnlyList<ConfigRecord> records, NameTable names, ImmutableArray<Region> regions, ImmutableArray<Check> checks,
        ImmutableArray<SteerDraft> drafts, ImmutableArray<SteeredName> steered, ImmutableArray<int> nestedFirst, Problems problems)
    {
        var whole = new TopologyChecks(regions, checks, drafts, steered, nestedFirst, problems);
        whole.CheckDepth(nestedFirst);
        for (int i = 0; i < drafts.Length; i++)
        {
            if (names.Regions.ContainsKey(steered[i].Owner))
                problems.Error(drafts[i].Record, -1, $"{steered[i].Owner} is a region too: give the steered name a name of its own");
            whole.CheckCnameRegions(i);
            whole.CheckCnameLoop(i, names);
            whole.CheckMinUp(i);
            whole.CheckFamilies(i);
            whole.CheckPromise(i);
            whole.CheckAllDown(i);
            new FenceChecks(drafts[i], target => whole.Families(target), problems).Check();
        }

        whole.WarnOfUnused(records, names);
        whole.WarnOfCapacity();
    }

    private void CheckDepth(ImmutableArray<int> nestedFirst)
    {
        var depth = new int[_names.Length];
        foreach (int name in nestedFirst)
        {
            depth[name] = SteeringOrder.NestedNames(_names[name]).Select(nested => depth[nested]).DefaultIfEmpty().Max() + 1;
            if (depth[name] == TopologyLimits.NestingDepth + 1)
                _problems.Error(_drafts[name].Record, -1, $"{_names[name].Owner} nests steered names more than {TopologyLimits.NestingDepth} deep");
        }
    }

    /// <summary>RFC 1034 section 3.6.2: a CNAME stands alone, and never at the apex.</summary>
    private void CheckCnameRegions(int i)
    {
        SteeredName name = _names[i];
        string? other = _drafts[i].Source.OtherType;
        if (name.Owner != name.Zone && name.StaticAddresses.Length == 0 && other is null)
            return;
        string where = name.Owner == name.Zone ? "at the apex of a zone" : name.StaticAddresses.Length > 0 ? "beside A or AAAA records" : $"beside the {other} of {name.Owner}";
        foreach ((Target target, int word) in TargetWords(i))
        {
            int region = RegionsOf(target).FirstOrDefault(region => _regions[region].CnameTarget is not null, -1);
            if (region >= 0)
                _problems.Error(_drafts[i].Record, word, $"region {_regions[region].Label} answers with a CNAME, which cannot stand {where}");
        }
    }

    /// <summary>A CNAME region may point at a steered name, but not at one whose answer may lead back.</summary>
    private void CheckCnameLoop(int i, NameTable names)
    {
        foreach ((Target target, int word) in TargetWords(i))
        {
            foreach (int region in RegionsOf(target))
            {
                if (Aliased(region, names) is >= 0 and int next && LeadsTo(next, i, names, []))
                    _problems.Error(_drafts[i].Record, word, $"region {_regions[region].Label} answers with a CNAME to {_names[next].Owner}, which leads back here: a loop");
            }
        }
    }

    private bool LeadsTo(int from, int to, NameTable names, HashSet<int> seen)
        => from == to || (seen.Add(from) && _below[from].Select(region => Aliased(region, names)).Any(next => next >= 0 && LeadsTo(next, to, names, seen)));

    /// <summary>The steered name that a region's CNAME names; -1 when it names something else.</summary>
    private int Aliased(int region, NameTable names)
        => _regions[region].CnameTarget is { } alias && names.Steered.TryGetValue(alias, out int name) ? name : -1;

    private void CheckMinUp(int i)
    {
        SteeredName name = _names[i];
        int minUp = name.Checks.Select(check => _checks[check].MinUp).DefaultIfEmpty(1).Max();
        for (int ordinal = 0; ordinal < name.Targets.Length && minUp > 1; ordinal++)
        {
            if (name.Targets[ordinal].IsName || _regions[name.Targets[ordinal].Index] is not { CnameTarget: null } region)
                continue;
            foreach (IGrouping<AddressFamily, IPAddress> family in region.Addresses.GroupBy(address => address.AddressFamily).Where(family => family.Count() < minUp))
            {
                _problems.Warning(_drafts[i].Record, _drafts[i].TargetWords[ordinal],
                    $"region {region.Label} has {family.Count()} {TypeName(family.Key)}, fewer than min-up={minUp}: it is never up for that type");
            }
        }
    }

    private void CheckFamilies(int i)
    {
        SteeredName name = _names[i];
        SteerDraft draft = _drafts[i];
        (bool IPv4, bool IPv6)[] families = [.. name.Targets.Select(Families)];
        bool anyIPv4 = families.Any(family => family.IPv4);
        bool anyIPv6 = families.Any(family => family.IPv6);
        foreach (IPAddress address in name.StaticAddresses.DistinctBy(address => address.AddressFamily))
        {
            if (address.AddressFamily == AddressFamily.InterNetwork ? !anyIPv4 : !anyIPv6)
                _problems.Warning(draft.Record, -1, $"static {TypeName(address.AddressFamily)} beside {name.Owner}, but no target has one: that family is always static");
        }

        for (int ordinal = 0; ordinal < families.Length; ordinal++)
        {
            bool lacksIPv6 = anyIPv6 && !families[ordinal].IPv6;
            if (lacksIPv6 || (anyIPv4 && !families[ordinal].IPv4))
            {
                _problems.Warning(draft.Record, draft.TargetWords[ordinal], $"target {Label(name.Targets[ordinal])} has no {(lacksIPv6 ? "AAAA" : "A")} while others have: "
                    + "its clients get another target's for that type");
            }
        }
    }

    private void CheckPromise(int i)
    {
        SteeredName name = _names[i];
        if (name.Rto is not { } rto)
            return;
        int word = _drafts[i].Words.Scalar("rto")?.Word ?? -1;
        if (name.Detection == TimeSpan.Zero)
        {
            _problems.Error(_drafts[i].Record, word, $"rto={Durations.Format(rto)} cannot be kept: without a check= nothing notices a failure");
        }
        else if (rto < name.WorstCaseFailover)
        {
            _problems.Error(_drafts[i].Record, word, $"rto={Durations.Format(rto)} cannot be kept: the worst case is {Durations.Format(name.WorstCaseFailover)}: "
                + $"detection {Durations.Format(name.Detection)} + publication {Durations.Format(TopologyLimits.Publication)} + TTL {Durations.Format(name.FailoverTtl)}");
        }
    }

    private void CheckAllDown(int i)
    {
        SteeredName name = _names[i];
        if (name.AllDown != AllDown.Static)
            return;
        SteerDraft draft = _drafts[i];
        int word = draft.Words.Scalar("all-down")?.Word ?? -1;
        if (name.StaticAddresses.Length == 0)
        {
            _problems.Error(draft.Record, word, $"all-down=static, but no A or AAAA stands beside {name.Owner}");
            return;
        }

        // What is fenced in may only get static addresses that are addresses of a target inside the fence.
        foreach (IPAddress address in name.StaticAddresses)
        {
            int ordinal = name.Targets.ToList().FindIndex(target => RegionsOf(target).Any(region => _regions[region].Addresses.Contains(address)));
            if (FenceChecks.Outside(name, ordinal) is { } fence)
                _problems.Error(draft.Record, word, $"all-down=static steps outside the fence {fence}: {address} is not an address of a target inside");
        }
    }

    private void WarnOfUnused(IReadOnlyList<ConfigRecord> records, NameTable names)
    {
        var regions = _names.SelectMany(name => name.Targets.Append(name.AllDownTarget).Take(name.Targets.Length + (name.AllDown == AllDown.Target ? 1 : 0)))
            .Where(target => !target.IsName).Select(target => target.Index).ToHashSet();
        var checks = _names.SelectMany(name => name.Checks).ToHashSet();
        for (int i = 0; i < records.Count; i++)
        {
            if (records[i].Kind == ConfigKind.Region && !regions.Contains(names.Regions[records[i].Owner]))
                _problems.Warning(i, -1, $"region {records[i].Owner} is no target of any STEER");
            if (records[i].Kind == ConfigKind.Check && !checks.Contains(names.Checks[records[i].Owner]))
                _problems.Warning(i, -1, $"check {records[i].Owner} is used by no STEER");
        }
    }

    /// <summary>When the largest region goes, the others must be able to take what it took: at least as much as its capacity. One warning per set of regions.</summary>
    private void WarnOfCapacity()
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < _names.Length; i++)
        {
            int[] used = [.. _names[i].Targets.SelectMany(target => RegionsOf(target)).Distinct().Order()];
            if (used.Length < 2 || used.Any(region => _regions[region].Capacity is null) || !seen.Add(string.Join(',', used)))
                continue;
            Region largest = _regions[used.MaxBy(region => _regions[region].Capacity)];
            double rest = used.Sum(region => _regions[region].Capacity ?? 0) - (largest.Capacity ?? 0);
            if (rest < largest.Capacity)
            {
                _problems.Warning(_drafts[i].Record, -1, string.Create(CultureInfo.InvariantCulture,
                    $"the loss of {largest.Label} (capacity {largest.Capacity:0.##}) would exceed what the other regions of {_names[i].Owner} can take ({rest:0.##})"));
            }
        }
    }

    private (bool IPv4, bool IPv6) Families(Target target)
    {
        (bool IPv4, bool IPv6) all = (false, false);
        foreach (int index in RegionsOf(target))
        {
            Region region = _regions[index];
            all.IPv4 |= region.CnameTarget is not null || region.Addresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork);
            all.IPv6 |= region.CnameTarget is not null || region.Addresses.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6);
        }

        return all;
    }

    /// <summary>Targets and the <c>all-down</c> target, each with where it is written.</summary>
    private IEnumerable<(Target Target, int Word)> TargetWords(int i)
    {
        IEnumerable<(Target, int)> targets = _names[i].Targets.Zip(_drafts[i].TargetWords);
        return _names[i].AllDown == AllDown.Target ? targets.Append((_names[i].AllDownTarget, _drafts[i].Words.Scalar("all-down")?.Word ?? -1)) : targets;
    }

    private ImmutableArray<int> RegionsOf(Target target) => target.IsName ? _below[target.Index] : [target.Index];

    private string Label(Target target) => target.IsName ? _names[target.Index].Owner : _regions[target.Index].Label;

    private static string TypeName(AddressFamily family) => family == AddressFamily.InterNetwork ? "A" : "AAAA";
}
