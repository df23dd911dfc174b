using GslbServer.Dns;

namespace GslbServer;

/// <summary>What <c>plugin!resource</c> stands for.</summary>
internal sealed class GdnsdResources
{
    /// <summary>As deep as names of ours nest.</summary>
    private const int MostNested = 8;

    private readonly VscfHash _plugins;
    private readonly GdnsdAddresses _addresses;
    private readonly GdnsdFailover _failover;
    private readonly ZoneDraft _draft;
    private readonly List<string> _open = [];

    /// <param name="config">All of <c>config</c>.</param>
    /// <param name="folder">Where files of the geoip plugin lie.</param>
    public GdnsdResources(VscfHash config, string folder, ImportFiles files, ZoneDraft draft)
    {
        _draft = draft;
        _plugins = config.Hash("plugins") ?? new VscfHash(config.At, []);
        _addresses = new GdnsdAddresses(new GdnsdChecks(config.Hash("service_types"), draft), draft);
        bool usesSubnet = config.Hash("options") is not { } options || options["edns_client_subnet"] is not VscfString { Text: "false" };
        _failover = new GdnsdFailover(this, _plugins.Hash("geoip"), folder, files, usesSubnet, draft);
    }

    /// <param name="resource">With a datacenter behind a slash where it names one.</param>
    /// <returns>Null where nothing is like it; a note says so.</returns>
    /// <exception cref="InputException">There is no such plugin or resource, or it is none.</exception>
    public Choice? Find(string plugin, string resource, SourcePosition at)
    {
        string key = resource.Length > 0 ? $"{plugin}!{resource}" : plugin;
        if (_open.Contains(key)) throw new InputException($"{at}: {key} leads back to itself: {string.Join(" -> ", [.. _open, key])}");
        if (_open.Count >= MostNested) throw new InputException($"{at}: resources refer to resources more than {MostNested} deep: {string.Join(" -> ", _open)}");
        _open.Add(key);
        try
        {
            return plugin switch
            {
                "null" => new Endpoints("null", [("A", "0.0.0.0"), ("AAAA", "::")]),
                "reflect" => NotCarried(key, "an answer of the client's own address is not carried over", "dig TXT _explain.NAME tells it, and what follows from it", at),
                "metafo" or "geoip" => _failover.Find(plugin, PluginOf(plugin, at), resource, at),
                "multifo" or "simplefo" or "weighted" or "static" => Addresses(plugin, new GdnsdScope(PluginOf(plugin, at)), resource, at),
                _ => NotCarried(key, $"the plugin {plugin} is not known here", "steer the name by hand", at),
            };
        }
        finally
        {
            _open.RemoveAt(_open.Count - 1);
        }
    }

    /// <summary>A resource that stands in another one's configuration.</summary>
    public Choice? Synthesized(string plugin, string label, GdnsdScope scope) => plugin switch
    {
        "multifo" => _addresses.Multifo(label, scope),
        "simplefo" => _addresses.Simplefo(label, scope),
        "weighted" => _addresses.Weighted(label, scope),
        _ => NotCarried(label, $"a resource of the plugin {plugin} within another is not carried over", "steer the name by hand", scope.At),
    };

    private Choice? Addresses(string plugin, GdnsdScope all, string resource, SourcePosition at)
    {
        VscfValue value = all.Own[resource] ?? throw new InputException($"{at}: there is no {plugin}!{resource} (plugins => {{ {plugin} }} stands at {all.At})");
        if (plugin == "static") return new Endpoints(resource, [GdnsdAddresses.Data(value is VscfString text ? text.Text : "", null, value.At)]);
        return Synthesized(plugin, resource, all.Below(GdnsdAddresses.AsHash(value)));
    }

    private VscfHash PluginOf(string plugin, SourcePosition at) => _plugins.Hash(plugin) ?? throw new InputException($"{at}: the plugin {plugin} is not configured");

    private Choice? NotCarried(string subject, string what, string instead, SourcePosition at)
    {
        _draft.Note(subject, what, instead, at);
        return null;
    }
}
