using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Reads the grammar of REGION, CHECK and STEER (zones/README.md), resolves names to indices and checks the whole: all problems at once.</summary>
public static class TopologyBuilder
{
    /// <param name="records">Of all zones together, since targets may be names of other zones served by the node.</param>
    /// <param name="topology">Null when any problem is an error.</param>
    public static IReadOnlyList<ConfigProblem> Build(IReadOnlyList<ConfigRecord> records, out Topology? topology)
    {
        var problems = new Problems();
        NameTable names = Index(records);

        // Every name has its index before anything is read, so that one bad record is one problem, not one for each that refers to it.
        ImmutableArray<Region> regions = [.. Select(records, ConfigKind.Region, names.Regions).Select(index => RegionReader.Read(index, records[index], problems))];
        ImmutableArray<Check> checks = [.. Select(records, ConfigKind.Check, names.Checks).Select(index => CheckReader.Read(index, records[index], names.Regions, problems))];
        ImmutableArray<SteerDraft> drafts = [.. Select(records, ConfigKind.Steer, names.Steered).Select(index => SteerReader.Read(index, records[index], names, problems))];

        if (SteeringOrder.TrySort(drafts, problems, out ImmutableArray<int> nestedFirst))
        {
            var monitors = new MonitorTable(regions, checks);
            ImmutableArray<SteeredName> steered = Finish(regions, checks, drafts, nestedFirst, monitors);
            TopologyChecks.Check(records, names, regions, checks, drafts, steered, nestedFirst, problems);
            if (!problems.HasErrors)
            {
                var built = new Topology(regions, checks, monitors.Build(), steered, "");
                topology = built with { Hash = TopologyHash.Of(built) };
                return problems.Found;
            }
        }

        topology = null;
        return problems.Found;
    }

    private static NameTable Index(IReadOnlyList<ConfigRecord> records)
    {
        return new NameTable(Of(ConfigKind.Region), Of(ConfigKind.Check), Of(ConfigKind.Steer));

        Dictionary<string, int> Of(ConfigKind kind)
        {
            var index = new Dictionary<string, int>();
            foreach (ConfigRecord record in records.Where(record => record.Kind == kind))
                index.TryAdd(record.Owner, index.Count);
            return index;
        }
    }

    /// <summary>Indices of the first record of each name; the structure of zones, which forbids a second one, is checked where zones are read.</summary>
    private static IEnumerable<int> Select(IReadOnlyList<ConfigRecord> records, ConfigKind kind, IReadOnlyDictionary<string, int> names)
    {
        var seen = new HashSet<string>(names.Count);
        for (int i = 0; i < records.Count; i++)
        {
            if (records[i].Kind == kind && seen.Add(records[i].Owner))
                yield return i;
        }
    }

    /// <summary>Monitors, and the failover time that each name can promise.</summary>
    private static ImmutableArray<SteeredName> Finish(ImmutableArray<Region> regions, ImmutableArray<Check> checks, ImmutableArray<SteerDraft> drafts,
        ImmutableArray<int> nestedFirst, MonitorTable monitors)
    {
        var finished = new SteeredName[drafts.Length];
        var detection = new TimeSpan[drafts.Length];
        var ttl = new uint[drafts.Length];
        foreach (int name in nestedFirst)
        {
            SteeredName draft = drafts[name].Name;
            detection[name] = draft.Checks.Where(check => checks[check].Kind != CheckKind.None).Select(check => Detection(checks[check])).DefaultIfEmpty().Max();
            ttl[name] = draft.Ttl;
            foreach (Target nested in draft.Targets.Where(target => target.IsName))
            {
                detection[name] = detection[name] > detection[nested.Index] ? detection[name] : detection[nested.Index];
                ttl[name] = Math.Min(ttl[name], ttl[nested.Index]);
            }

            finished[name] = draft with
            {
                Monitors = [.. draft.Targets.Select(target => target.IsName ? [] : monitors.Of(target.Index, draft.Checks))],
                Detection = detection[name],
                FailoverTtl = TimeSpan.FromSeconds(ttl[name]),
                WorstCaseFailover = detection[name] + TopologyLimits.Publication + TimeSpan.FromSeconds(ttl[name]),
            };
        }

        return [.. finished];
    }

    /// <summary>From the moment an address fails until a vantage says so, at the worst.</summary>
    /// <summary>Until a vantage notices. Probes of one monitor do not overlap: one that hangs longer than a period leaves out the next.</summary>
    internal static TimeSpan Detection(Check check) => (check.Fall * Math.Max(1, Math.Ceiling(check.Timeout / check.Every)) * check.Every) + check.Timeout;
}
