using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Zones and geodata of a node: what is in force, and how to read all of it again. A load with any error changes nothing.</summary>
internal sealed class Loader(NodeOptions options)
{
    private (string Signature, GeoTable Table)? _geo;

    /// <summary>Zone files in force whose last line was ended.</summary>
    private HashSet<string> _ended = [];

    public ZoneSet Zones { get; private set; } = ZoneSet.Empty;

    public SteeringPlan Plan { get; private set; } = null!;

    /// <summary>What was measured; part of every plan from the next one on.</summary>
    public LatencyMap Latency { get; private set; } = LatencyMap.Empty;

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public IReadOnlyList<string> WatchedPaths => [options.Zones, .. options.Geo];

    public ReloadResult Load()
    {
        var errors = new List<string>();
        Task<(string Signature, GeoTable Table)?> geo = Task.Run(() => LoadGeo(errors));
        LoadedZones loaded = ZoneLoader.Load([options.Zones]);
        (string Signature, GeoTable Table)? table = geo.Result;
        errors.AddRange(loaded.Errors);
        if (errors.Count == 0)
        {
            errors.AddRange(loaded.Unterminated.Where(end => _ended.Contains(end.File))
                .Select(end => $"{end}: the last line has no end, and had one when this was last read: half written? Write the whole file, its last line end too"));
        }

        if (loaded.Files.Count == 0 && errors.Count == 0)
        {
            errors.Add($"{options.Zones}: no zone file; expected at least one NAME{ZoneLoader.Extension}");
        }

        if (errors.Count > 0 || loaded.Zones is null || loaded.Topology is null || table is null)
        {
            return new ReloadResult(errors, [.. loaded.Warnings], Describe());
        }

        if (Compile(loaded.Topology, table.Value.Table, errors) is not { } plan)
        {
            return new ReloadResult(errors, [.. loaded.Warnings], Describe());
        }

        _geo = table;
        Plan = plan;
        Warnings = [.. SerialChecks.Compare(Zones, loaded.Files, loaded.Zones).Select(warning => warning.ToString()), .. loaded.Warnings];
        Zones = loaded.Zones;
        _ended = [.. loaded.Files.Select(f => f.Path).Except(loaded.Unterminated.Select(end => end.File))];
        return new ReloadResult([], Warnings, Describe());
    }

    /// <summary>Makes a plan with another map.</summary>
    /// <exception cref="GeoDataException">A database can no longer be read; nothing has changed.</exception>
    public void Use(LatencyMap latency)
    {
        Plan = SteeringPlan.Compile(Plan.Topology, Plan.Geo, latency);
        Latency = latency;
    }

    private SteeringPlan? Compile(Topology topology, GeoTable geo, List<string> errors)
    {
        try
        {
            return SteeringPlan.Compile(topology, geo, Latency);
        }
        catch (GeoDataException e)
        {
            errors.Add(e.Message);
            return null;
        }
    }

    /// <summary>Compiles the databases, unless the files are those already in force.</summary>
    private (string Signature, GeoTable Table)? LoadGeo(List<string> errors)
    {
        string signature = string.Join('\n', options.Geo.Select(g => $"{g} {Stamp(g)}"));
        if (_geo is { } inForce && inForce.Signature == signature)
        {
            return inForce;
        }

        try
        {
            return (signature, GeoLoader.Load(options.Geo));
        }
        catch (GeoDataException e)
        {
            errors.Add(e.Message);
            return null;
        }
    }

    private static string Stamp(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? $"{info.Length} {info.LastWriteTimeUtc.Ticks}" : "absent";
    }

    private string Describe() => Zones.Zones.Count == 0
        ? "nothing"
        : string.Join("; ", Zones.Zones.Select(z => $"{z.Apex} serial {z.Serial}")) + (options.Geo.Count == 0 ? "; no geodata" : $"; geodata {Plan.Geo.Description}");
}
