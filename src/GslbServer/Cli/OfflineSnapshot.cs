using System.Collections.Immutable;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The world a node would serve from these files before it has asked anybody: everything up.</summary>
internal static class OfflineSnapshot
{
    /// <param name="latencyFile">A CSV of round trips; null for none.</param>
    /// <param name="knows">What a running node has measured, in place of a file; null for none.</param>
    /// <returns>Null when <paramref name="errors"/> got something.</returns>
    public static Snapshot? Load(string zones, IReadOnlyList<string> geoFiles, List<string> errors, string? latencyFile = null, NodeKnowledge? knows = null)
    {
        LoadedZones loaded = ZoneLoader.Load([zones]);
        errors.AddRange(loaded.Diagnostics.Where(d => d.Severity == Dns.DiagnosticSeverity.Error).Select(d => d.ToString()));
        GeoTable geo = GeoTable.Empty;
        try
        {
            geo = GeoLoader.Load(geoFiles);
        }
        catch (GeoDataException e)
        {
            errors.Add(e.Message);
        }

        if (loaded.Zones is null || loaded.Topology is not { } topology || errors.Count > 0)
        {
            return null;
        }

        LatencyMap latency = latencyFile is null ? knows?.Latency ?? LatencyMap.Empty : Decide(latencyFile, topology, geo, errors);
        if (errors.Count > 0)
        {
            return null;
        }

        HealthTable health = HealthTable.Unknown(topology, TimeSpan.Zero) with { Load = knows?.LoadOf(topology) ?? LoadTable.None };
        return new Snapshot(loaded.Zones, SteeringTable.Compile(SteeringPlan.Compile(topology, geo, latency), health, null), new byte[topology.Regions.Length][]);
    }

    /// <summary>The map that a node settles at which has imported this table and measures nothing.</summary>
    private static LatencyMap Decide(string file, Topology topology, GeoTable geo, List<string> errors)
    {
        const uint settled = 8;
        try
        {
            ImmutableArray<LatencyRegion> regions = LatencyRegion.Of(topology);
            ImmutableArray<string> labels = [.. regions.Select(region => region.Label)];
            (IReadOnlyList<LatencyCsvRow>? rows, IReadOnlyList<GeoCsvError> problems) = LatencyCsv.Read(File.ReadAllText(file), null, labels);
            errors.AddRange(problems.Select(problem => $"{file}:{problem}"));
            var table = new ImportedTable(null, TimeProvider.System);
            if (rows is null || !table.TryPut(rows, out _))
            {
                return LatencyMap.Empty;
            }

            LatencyMap map = LatencyMap.Empty;
            for (uint epoch = 1; epoch <= settled; epoch++)
            {
                map = LatencyDecider.Decide(map, epoch, regions, [table.AddTo(new LatencyRows("import", epoch, labels, [], []))], geo, LatencyOptions.Default);
            }

            return map;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{file}: {e.Message}");
            return LatencyMap.Empty;
        }
    }
}
