using GslbServer.Steering;

namespace GslbServer;

/// <summary>The world a node would serve from these files before it has asked anybody: everything up.</summary>
internal static class OfflineSnapshot
{
    /// <returns>Null when <paramref name="errors"/> got something.</returns>
    public static Snapshot? Load(string zones, IReadOnlyList<string> geoFiles, List<string> errors)
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

        var health = HealthTable.Unknown(topology, TimeSpan.Zero);
        return new Snapshot(loaded.Zones, SteeringTable.Compile(SteeringPlan.Compile(topology, geo), health, null), new byte[topology.Regions.Length][]);
    }
}
