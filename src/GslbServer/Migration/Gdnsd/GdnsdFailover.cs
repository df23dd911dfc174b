using GslbServer.Dns;

namespace GslbServer;

/// <summary>Resources of the plugins that choose among datacenters: metafo and geoip (gdnsd-plugin-metafo(8), gdnsd-plugin-geoip(8)).</summary>
/// <param name="geoip">Configuration of that plugin; null for none.</param>
/// <param name="usesSubnet">False where the whole server takes no notice of Client Subnet.</param>
internal sealed class GdnsdFailover(GdnsdResources resources, VscfHash? geoip, string folder, ImportFiles files, bool usesSubnet, ZoneDraft draft)
{
    private readonly Dictionary<string, GdnsdMap> _maps = [];

    public Choice? Find(string plugin, VscfHash configuration, string name, SourcePosition at)
    {
        string[] parts = name.Split('/', 2);
        VscfHash resource = configuration.Hash("resources")?.Hash(parts[0])
            ?? throw new InputException($"{at}: there is no {plugin}!{parts[0]} (plugins => {{ {plugin} }} stands at {configuration.At})");
        GdnsdScope scope = new GdnsdScope(configuration).Below(resource);
        VscfHash map = resource["dcmap"] as VscfHash ?? throw new InputException($"{resource.At}: the resource \"{parts[0]}\" has no dcmap");
        if (parts.Length > 1) return Datacenter(parts[1], map[parts[1]]
            ?? throw new InputException($"{at}: the resource \"{parts[0]}\" has no datacenter \"{parts[1]}\""), scope);

        GdnsdMap? geography = plugin == "geoip" ? Map(scope) : null;
        string[] order = geography?.Datacenters.ToArray() ?? resource["datacenters"]?.Texts.ToArray()
            ?? throw new InputException($"{resource.At}: the resource \"{parts[0]}\" has no datacenters");
        List<(string Name, Choice Choice)> datacenters = [];
        foreach (string datacenter in order)
        {
            if (map[datacenter] is not { } value)
            {
                if (!scope.Flag("undefined_datacenters_ok")) throw new InputException($"{map.At}: the dcmap has no \"{datacenter}\"");
                draft.Note($"{plugin}!{parts[0]}", $"its dcmap has no {datacenter}: clients whose list has no other get the others, not an empty answer", null, map.At);
            }
            else if (Datacenter(datacenter, value, scope) is { } choice)
            {
                datacenters.Add((datacenter, geography?.Coordinates.GetValueOrDefault(datacenter) is { } place ? Placed(choice, place) : choice));
            }
        }

        if (datacenters.Count == 0) throw new InputException($"{map.At}: the dcmap has nothing that could be carried over");
        return geography is null ? Ordered(parts[0], datacenters, scope) : new GdnsdGeography(parts[0], geography, draft).Steer(datacenters, scope, usesSubnet);
    }

    private static Steer Ordered(string label, List<(string Name, Choice Choice)> datacenters, GdnsdScope scope)
    {
        (IReadOnlyList<SteerTarget> targets, IReadOnlyList<HealthCheck> checks) = Flatten(datacenters);
        if (scope.Flag("skip_first") && targets.Count > 1) targets = [.. targets.Skip(1)];
        return new Steer(label, "failover", targets) { Checks = checks, Keys = ["all-down=all"] };
    }

    /// <summary>Datacenters that are one group of addresses each become regions of the name, where their checks are those of most; the others become names of
    /// their own.</summary>
    public static (IReadOnlyList<SteerTarget> Targets, IReadOnlyList<HealthCheck> Checks) Flatten(IReadOnlyList<(string Name, Choice Choice)> datacenters)
    {
        IReadOnlyList<HealthCheck> checks = datacenters.Select(one => Group(one.Choice)).OfType<Steer>().GroupBy(steer => string.Join('\n', steer.Checks))
            .OrderByDescending(same => same.Count()).FirstOrDefault()?.First().Checks ?? [];
        return ([.. datacenters.Select(one => new SteerTarget(Group(one.Choice) is { } group && group.Checks.SequenceEqual(checks) ? group.Targets[0].Choice
            // A name that is answered directly is not checked in gdnsd.
            : one.Choice is Endpoints && checks.Count > 0 ? new Steer(one.Name, "failover", [new SteerTarget(one.Choice with { Label = $"{one.Name}-cname" })])
            : one.Choice))], checks);
    }

    private static Steer? Group(Choice choice) => choice is Steer { Policy: "multivalue", Targets: [{ Choice: Endpoints }] } steer ? steer : null;

    private static Choice Placed(Choice choice, string place) => choice switch
    {
        Endpoints endpoints => endpoints with { Place = endpoints.Place ?? place },
        Steer steer => steer with { Targets = [.. steer.Targets.Select(target => target with { Choice = Placed(target.Choice, place) })] },
        _ => choice,
    };

    /// <summary>Addresses, a CNAME, another resource, or the configuration of one.</summary>
    private Choice? Datacenter(string label, VscfValue value, GdnsdScope scope)
    {
        string plugin = scope.Text("plugin") ?? "multifo";
        switch (value)
        {
            case VscfString { Text: ['!', .. var resource] }:
                return resources.Find(plugin, resource, value.At);
            case VscfString { Text: ['%', .. var reference] } when reference.IndexOf('!', StringComparison.Ordinal) is > 0 and var mark:
                return resources.Find(reference[..mark], reference[(mark + 1)..], value.At);
            case VscfString { Text: var text } when GdnsdAddresses.Data(text, null, value.At) is ("CNAME", _) cname:
                return new Endpoints(label, [cname]);
            case VscfHash hash:
                GdnsdScope own = scope.Below(hash);
                plugin = own.Text("plugin") ?? plugin;
                return plugin == "metafo" && hash.Hash("dcmap") is not null ? Within(label, own, hash) : resources.Synthesized(plugin, label, own);
            default:
                // A list of addresses is multifo, whatever plugin stands around it.
                return resources.Synthesized("multifo", label, scope.Below(GdnsdAddresses.AsHash(value)));
        }
    }

    private Steer Within(string label, GdnsdScope own, VscfHash hash) => Ordered(label,
        [.. (hash["datacenters"]?.Texts ?? []).Select(name =>
            (Name: name, Choice: Datacenter(name, hash.Hash("dcmap")![name] ?? throw new InputException($"{hash.At}: the dcmap has no \"{name}\""), own)))
            .Where(one => one.Choice is not null).Select(one => (one.Name, one.Choice!))], own);

    private GdnsdMap Map(GdnsdScope resource)
    {
        string name = resource.Text("map") ?? throw new InputException($"{resource.At}: the resource has no map");
        if (_maps.TryGetValue(name, out GdnsdMap? known)) return known;
        VscfHash map = geoip?.Hash("maps")?.Hash(name) ?? throw new InputException($"{resource["map"]!.At}: there is no map \"{name}\"");
        return _maps[name] = GdnsdMap.Read(name, map, folder, files, draft);
    }
}
