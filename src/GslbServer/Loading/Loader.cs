using System.Security.Cryptography;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Zones and geodata of a node: what is in force, and how to read all of it again. A load with any error changes nothing.</summary>
internal sealed class Loader(NodeOptions options, TimeProvider time, Action<string>? progress = null)
{
    private readonly KeyBook _keys = new(new KeyDirectory(options.KeyDirectory));

    private (string Signature, GeoTable Table)? _geo;

    /// <summary>Zones of files, in force.</summary>
    private IReadOnlyList<HeldZone> _files = [];

    /// <summary>Zones of primaries, in force.</summary>
    private IReadOnlyList<HeldZone> _transferred = [];

    /// <summary>Zone files in force whose last line was ended.</summary>
    private HashSet<string> _ended = [];

    /// <summary>Changes zone files as they are read: what updates put beside them. Given the file, and the zone as it is in force.</summary>
    public Func<ZoneFile, Zone?, ZoneFile>? Edited { get; set; }

    /// <summary>Zones that were pushed, each with the file that is read instead of the one of its name.</summary>
    public Func<IReadOnlyDictionary<DomainName, string>>? Pushed { get; set; }

    public ZoneSet Zones { get; private set; } = ZoneSet.Empty;

    public SteeringPlan Plan { get; private set; } = null!;

    /// <summary>What was measured; part of every plan from the next one on.</summary>
    public LatencyMap Latency { get; private set; } = LatencyMap.Empty;

    /// <summary>Regions tried by answers; part of every plan as the map is.</summary>
    public LatencyExploration Exploration { get; private set; } = LatencyExploration.None;

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Signatures made for those who ask, of all zones that ever were in force.</summary>
    public AnswerSignatures Answers { get; } = new(options.AnswerSignatures);

    public IReadOnlyList<string> WatchedPaths => [options.Zones, .. options.Geo, options.KeyDirectory];

    /// <summary>When the keys' own times next change what some zone is signed with.</summary>
    public DateTimeOffset? NextKeyChange => _keys.NextChange;

    /// <summary>Loads for the first time. What the state directory keeps of zones from primaries must not keep a node from starting: they are fetched anew.</summary>
    public ReloadResult Begin((IReadOnlyList<ZoneFile> Kept, IReadOnlyList<DomainName> Missing) primaries)
    {
        ReloadResult all = Load(primaries.Kept, primaries.Missing);
        if (all.Errors.Count == 0 || primaries.Kept.Count == 0)
        {
            return all;
        }

        ReloadResult without = Load([], [.. primaries.Missing, .. primaries.Kept.Select(k => k.Apex!)]);
        Warnings = [.. Warnings, .. all.Errors.Select(e => $"not used: {e}")];
        return without;
    }

    /// <summary>Reads all files again; zones that came from primaries stay as they are.</summary>
    /// <param name="kept">What the state directory has of zones from primaries: at the start.</param>
    /// <param name="missing">Zones of primaries of which nothing is here that may be served: at the start.</param>
    /// <param name="found">Errors of what is reloaded beside the zones: with any, nothing of all this takes effect.</param>
    public ReloadResult Load(IReadOnlyList<ZoneFile>? kept = null, IReadOnlyList<DomainName>? missing = null, IReadOnlyList<string>? found = null)
    {
        List<string> errors = [.. found ?? []];
        Task<(string Signature, GeoTable Table)?> geo = Task.Run(() => LoadGeo(errors));
        HeldZone[] held = [.. Now(_transferred), .. (missing ?? []).Select(Expired)];
        ZoneSet inForce = Zones;
        LoadedZones loaded = ZoneLoader.Load([options.Zones], null, Signing(), kept ?? [], held, edit: file => Edited?.Invoke(file, file.Apex is { } apex ? inForce.FindApex(apex.Wire) : null) ?? file, Pushed?.Invoke());
        (string Signature, GeoTable Table)? table = geo.Result;
        errors.AddRange(loaded.Errors);
        if (errors.Count == 0)
        {
            errors.AddRange(loaded.Unterminated.Where(end => _ended.Contains(end.File))
                .Select(end => $"{end}: the last line has no end, and had one when this was last read: half written? Write the whole file, its last line end too"));
        }

        if (loaded.Files.Count == 0 && held.Length == 0 && options.Transfer.Catalogs.Count == 0 && errors.Count == 0)
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
        HashSet<string> transferred = [.. (kept ?? []).Select(k => k.Path), .. held.Select(h => h.Path)];
        ZoneFile[] files = [.. loaded.Files.Where(f => !transferred.Contains(f.Path))];
        Warnings =
        [
            .. SerialChecks.Compare(Zones, files, loaded.Zones).Select(warning => warning.ToString()), .. loaded.Warnings, .. RegionWarnings(loaded.Topology), .. TtlWarnings(loaded.Zones),
        ];
        Zones = loaded.Zones;
        _files = [.. loaded.Held.Where(h => !transferred.Contains(h.Path))];
        _transferred = [.. loaded.Held.Where(h => transferred.Contains(h.Path))];
        _ended = [.. files.Select(f => f.Path).Except(loaded.Unterminated.Select(end => end.File))];
        return new ReloadResult([], Warnings, Describe());
    }

    /// <summary>What a load would find wrong. Takes nothing.</summary>
    /// <param name="pushed">As <see cref="Pushed"/> would be.</param>
    public IReadOnlyList<string> Judge(IReadOnlyDictionary<DomainName, string> pushed)
    {
        var signing = new ZoneSigning(options.ZoneKeys ?? _keys.KeysOf, time.GetUtcNow());
        LoadedZones loaded = ZoneLoader.Load([options.Zones], null, signing, [], [.. Now(_transferred)], edit: file => Edited?.Invoke(file, null) ?? file, pushed);
        List<string> errors = [.. loaded.Errors];
        if (loaded.Files.Count == 0 && _transferred.Count == 0 && errors.Count == 0)
        {
            errors.Add($"{options.Zones}: no zone file; expected at least one NAME{ZoneLoader.Extension}");
        }

        if (loaded.Topology is { } topology && errors.Count == 0)
        {
            Compile(topology, Plan.Geo, errors);
        }

        return errors;
    }

    /// <summary>Puts zones from primaries beside all that is in force, or in the place of what they were. Files are not read.</summary>
    /// <param name="come">As judged by <see cref="ZoneFileReader.Check"/>.</param>
    /// <param name="expired">Zones that may no longer be served, or are not here yet.</param>
    /// <param name="gone">Zones that this node has no longer.</param>
    public ReloadResult Take(IReadOnlyList<ZoneFile> come, IReadOnlyList<DomainName> expired, IReadOnlyList<DomainName> gone)
    {
        HashSet<DomainName> replaced = [.. come.Select(z => z.Apex).OfType<DomainName>(), .. expired, .. gone];
        HeldZone[] stay = [.. Now(_transferred).Where(h => !replaced.Contains(h.Zone.Apex)), .. expired.Select(Expired)];
        LoadedZones loaded = ZoneLoader.Combine(come, [.. Now(_files), .. stay], [], Signing());
        var errors = loaded.Errors.ToList();
        if (loaded.Zones is null || loaded.Topology is null)
        {
            return new ReloadResult(errors, [.. loaded.Warnings], Describe());
        }

        // Most changes of a zone change nothing of how names are steered.
        if (loaded.Topology.Hash != Plan.Topology.Hash)
        {
            if (Compile(loaded.Topology, Plan.Geo, errors) is not { } plan)
            {
                return new ReloadResult(errors, [.. loaded.Warnings], Describe());
            }

            Plan = plan;
        }

        Zones = loaded.Zones;
        HashSet<DomainName> ofFiles = [.. _files.Select(h => h.Zone.Apex)];
        _files = [.. loaded.Held.Where(h => ofFiles.Contains(h.Zone.Apex))];
        _transferred = [.. loaded.Held.Where(h => !ofFiles.Contains(h.Zone.Apex))];
        return new ReloadResult([], [.. loaded.Warnings], Describe());
    }

    /// <summary>Takes a small change of plain records into a large zone without looking at the rest of it (<see cref="ZoneSet.With(Zone, IReadOnlyList{ZoneChange})"/>).</summary>
    /// <returns>False where the change is not of this kind; then nothing has changed.</returns>
    public bool TryTake(Zone zone, IReadOnlyList<ZoneChange> changes)
    {
        if (Zones.With(zone, changes) is not { } zones)
        {
            return false;
        }

        Zones = zones;
        return true;
    }

    /// <summary>Whether a zone stands in a file here, not at a primary.</summary>
    public bool IsOfFile(DomainName apex) => _files.Any(h => h.Zone.Apex.Equals(apex));

    /// <summary>Changes a zone that is in force. Its configuration of steering must not be touched by that.</summary>
    /// <returns>What is wrong with the zone as it would be: then nothing has changed.</returns>
    public IReadOnlyList<string> Change(Zone zone, ZoneChange change)
    {
        if (TryTake(zone, [change]))
        {
            return [];
        }

        if (ZonePatch.Apply(zone, [change], zone.Apex.ToString(), out string problem) is not { } records)
        {
            return [problem];
        }

        ZoneFile file = ZoneFileReader.Check(zone.Apex.ToString(), records);
        List<string> errors = [.. file.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Message)];
        ZoneSigning signing = Signing();
        ZoneKeySet? keys = signing.Find(zone.Apex, errors);
        if (errors.Count > 0)
        {
            return errors;
        }

        Dictionary<string, int> steered = Plan.Topology.Names.Select((n, i) => (n.Owner, i)).ToDictionary(n => n.Owner, n => n.i, StringComparer.Ordinal);
        Zone changed = ZoneCompiler.Compile(zone.Apex, file.Records, owner => steered.GetValueOrDefault(TopologyLoader.NameOf(owner), -1), isLastUse: true);
        try
        {
            changed = keys is null ? changed : signing.Sign(changed, keys, AnswerFamilies.Of(Plan.Topology));
        }
        catch (CryptographicException e)
        {
            return [$"cannot be signed: {e.Message}"];
        }

        Zones = new ZoneSet([.. Zones.Zones.Select(z => ReferenceEquals(z, zone) ? changed : z)]);
        return [];
    }

    /// <summary>Takes zones that were in force before.</summary>
    public void Restore(ZoneSet zones) => Zones = zones;

    /// <summary>Zones that were signed again since are others.</summary>
    private IEnumerable<HeldZone> Now(IReadOnlyList<HeldZone> held) => held.Select(h => h with { Zone = Zones.FindApex(h.Zone.Apex.Wire) ?? h.Zone });

    private static HeldZone Expired(DomainName apex) => new(Zone.Expired(apex), apex.ToString(), ZoneConfiguration.Empty);

    /// <summary>Makes a plan with another map.</summary>
    /// <exception cref="GeoDataException">A database can no longer be read; nothing has changed.</exception>
    public void Use(LatencyMap latency, LatencyExploration exploration)
    {
        Plan = SteeringPlan.Compile(Plan.Topology, Plan.Geo, latency, exploration);
        Latency = latency;
        Exploration = exploration;
    }

    /// <summary>Signs again what has to be: signatures that are half through, and zones whose keys have changed.</summary>
    /// <param name="problems">What is wrong with keys; then the zone stays as it is.</param>
    /// <param name="isReload">Some zone is to be signed that was not, or no longer: then all has to be read again.</param>
    /// <returns>Whether anything was signed; then <see cref="Zones"/> are others.</returns>
    public bool SignAgain(List<string> problems, out bool isReload)
    {
        isReload = false;
        ZoneSigning signing = Signing();
        IReadOnlyList<(bool IPv4, bool IPv6)>? families = null;
        var zones = new List<Zone>();
        foreach (Zone zone in Zones.Zones)
        {
            if (zone.IsExpired)
            {
                zones.Add(zone);
                continue;
            }

            var wrong = new List<string>();
            ZoneKeySet? keys = signing.Find(zone.Apex, wrong);
            problems.AddRange(wrong);
            isReload |= wrong.Count == 0 && (keys is null) != (zone.Signatures is null);
            bool isDue = wrong.Count == 0 && keys is not null && zone.Signatures is { } signed && (signed.RefreshAt <= signing.Now || !keys.IsSame(signed.Keys));
            zones.Add(isDue ? signing.Sign(zone, keys!, families ??= AnswerFamilies.Of(Plan.Topology)) : zone);
        }

        if (families is null)
        {
            return false;
        }

        Zones = Zones.With(zones);
        return true;
    }

    private ZoneSigning Signing() => new(options.ZoneKeys ?? _keys.KeysOf, time.GetUtcNow())
    {
        Answers = Answers,
        Before = Zones,
        // A node that answers already keeps half of its processors for that.
        Threads = Zones.Zones.Count == 0 ? Environment.ProcessorCount : Math.Max(1, Environment.ProcessorCount / 2),
        Progress = progress,
    };

    /// <summary>A key may go once no cache has its signatures: its zone's longest TTL after the last.</summary>
    private IEnumerable<string> TtlWarnings(ZoneSet zones) =>
        from zone in zones.Zones
        where zone.Signatures is not null
        let longest = TimeSpan.FromSeconds(zone.FindLongestTtl())
        let policy = _keys.Contents.Zones.GetValueOrDefault(zone.Apex)?.Policy
        where policy is not null && longest > policy.MaxTtl
        select $"zone {zone.Apex} has TTLs of up to {Durations.Format(longest)}, and rollovers of its keys count on {Durations.Format(policy.MaxTtl)}; write \"maxTtl\": \"{Durations.Format(longest)}\" into {KeyPolicyFile.NameOf(zone.Apex)}, or caches may keep what no key signs any more";

    /// <summary>A node that does not know where it stands measures nothing, and others do not know it.</summary>
    private IEnumerable<string> RegionWarnings(Topology topology)
    {
        string[] regions = [.. LatencyRegion.Of(topology).Select(region => region.Label)];
        bool goesByRoundTrips = topology.Names.Any(name => name.Policy == PolicyKind.Latency);
        if (!goesByRoundTrips || options.Demo || (options.Region is { } region && regions.Contains(region)))
            return [];
        string given = options.Region is null ? "no --region" : $"--region {options.Region} is no REGION of these zones";
        return [$"{given}: names go by round trips (latency), and this node measures none; expected one of {string.Join(' ', regions)}"];
    }

    private SteeringPlan? Compile(Topology topology, GeoTable geo, List<string> errors)
    {
        try
        {
            return SteeringPlan.Compile(topology, geo, Latency, Exploration);
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
        : string.Join("; ", Zones.Zones.Select(z => z.IsExpired ? $"{z.Apex} without data" : $"{z.Apex} serial {z.Serial}")) + (options.Geo.Count == 0 ? "; no geodata" : $"; geodata {Plan.Geo.Description}");
}
