using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A zone of PowerDNS's geoip backend: services become STEER with a rule for each name that their formats lead to; these names become regions, or
/// steered names where their records have weights.</summary>
internal sealed class PowerDnsGeo
{
    private const string Anywhere = "*";

    /// <summary>Targets of a STEER.</summary>
    private const int MostTargets = 64;

    private readonly YamlMap _domain;
    private readonly ZoneDraft _draft;
    private readonly uint _ttl;
    private readonly Dictionary<string, string> _mapping;
    private readonly string[] _lookups;
    private readonly Dictionary<string, PowerDnsRecord[]> _records = []; // by absolute name
    private readonly HashSet<string> _regions = [];

    private PowerDnsGeo(YamlMap domain, YamlMap all, Func<Endpoints, string?> places)
    {
        _domain = domain;
        _ttl = domain.Number("ttl") ?? throw new InputException($"{domain.At}: the domain has no ttl");
        string zone = PowerDnsRecord.Absolute((domain["domain"] ?? throw new InputException($"{domain.At}: expected the name of a domain")).AsText("the name of a domain"));
        if (!DomainName.TryParse(zone, DomainName.Root, out _, out string? error)) throw new InputException($"{domain["domain"]!.At}: {error}");
        _draft = new ZoneDraft(zone, "PowerDNS", places);
        _mapping = ((domain["custom_mapping"] ?? all["custom_mapping"]) as YamlMap)?.Entries.GroupBy(entry => entry.Key.ToLowerInvariant())
            .ToDictionary(same => same.Key, same => same.Last().Value.AsText("a text").ToLowerInvariant()) ?? [];
        _lookups = [.. ((domain["mapping_lookup_formats"] ?? all["mapping_lookup_formats"])?.Items ?? []).Select(item => item.AsText("a format"))];
        if (_lookups.Any(lookup => lookup.Contains("%mp", StringComparison.Ordinal))) throw new InputException($"{domain.At}: %mp is what mapping_lookup_formats find, so it cannot be in them");
    }

    /// <exception cref="InputException">It is no zones-file, with the place of what is wrong.</exception>
    public static ImportResult Convert(string file, string text, Func<Endpoints, string?> places)
    {
        YamlMap all = YamlValue.Read(file, text).AsMap("domains:");
        YamlValue[] domains = [.. all["domains"]?.Items ?? []];
        if (domains.Length == 0) throw new InputException($"{file}: no domains; expected the zones-file of the geoip backend");
        return new ImportResult([.. domains.Select(domain => new PowerDnsGeo(domain.AsMap("a domain"), all, places).Run())]);
    }

    private ImportedZone Run()
    {
        foreach ((string name, YamlValue items) in (_domain["records"]?.AsMap("names and their records"))?.Entries ?? [])
        {
            string owner = PowerDnsRecord.OwnerOf(name, items.At);
            _records[owner] = [.. items.Items.Where(item => item is not YamlText { Text: null })
                .Select(item => PowerDnsRecord.Read(item, _ttl)).OfType<PowerDnsRecord>().Where(record => IsCarried(owner, record))];
            _draft.Take(owner);
        }

        (string Name, YamlValue Value)[] services = [.. ((_domain["services"]?.AsMap("names and their formats"))?.Entries ?? [])
            .Select(entry => (PowerDnsRecord.OwnerOf(entry.Key, entry.Value.At), entry.Value))];
        foreach ((string name, _) in services) _draft.Take(name);
        foreach ((string owner, PowerDnsRecord[] records) in _records.OrderBy(one => one.Key != _draft.Zone))
            Records(owner, [.. records.OrderBy(record => record.Type != "SOA")]);
        foreach ((string name, YamlValue value) in services) Service(name, value);
        if (!_records.GetValueOrDefault(_draft.Zone, []).Any(record => record.Type == "SOA")) _draft.Note(_draft.Zone, "has no SOA", "write one", _domain.At);
        return _draft.Finish();
    }

    private bool IsCarried(string owner, PowerDnsRecord record)
    {
        if (record.HasPlaceholder) _draft.Note($"{owner} {record.Type}", "a record that says something of the client is not carried over", "dig TXT _explain.NAME tells what is known of a client", record.At);
        else if (record.Type == "LUA") _draft.Note($"{owner} LUA", "LUA records of this backend are not carried over", "import them from a zone file", record.At);
        else return true;
        return false;
    }

    private void Records(string owner, PowerDnsRecord[] records)
    {
        bool hasWeights = records.Any(record => record.Weight is not null);
        foreach (IGrouping<string, PowerDnsRecord> type in records.Where(record => !hasWeights || !record.IsAddress).GroupBy(record => record.Type))
        {
            if (hasWeights && type.Count() > 1) _draft.Note($"{owner} {type.Key}", "weights of such records are not carried over", "all are answered", type.First().At);
            foreach (PowerDnsRecord record in type) _draft.Record(owner, record.Ttl, record.Type, record.Data);
        }

        if (!hasWeights || !records.Any(record => record.IsAddress)) return;
        string label = ZoneDraft.LabelOf(_draft.Relative(owner));
        IEnumerable<SteerTarget> targets = records.Where(record => record.IsAddress)
            .Select((record, i) => new SteerTarget(new Endpoints($"{label}-{i + 1}", [(record.Type, record.Data)]), record.Weight ?? PowerDnsRecord.DefaultWeight));
        var steer = new Steer(label, "weighted", [.. targets]) { Keys = ["spread=random"] };
        _draft.Record(owner, records.Where(record => record.IsAddress).Min(record => record.Ttl), "STEER", _draft.Words(steer, label, _ttl));
    }

    /// <summary>A name that leads clients to others: one format, a list of them, or such by network.</summary>
    private void Service(string name, YamlValue value)
    {
        List<(string Place, Choice Choice)> rules = [];
        if (value is YamlMap networks)
        {
            foreach ((string network, YamlValue formats) in networks.Entries.Where(entry => entry.Key != "default")) ByNetwork(name, network, formats, rules);
            if (networks["default"] is { } otherwise) ByPlace(name, otherwise, rules);
        }
        else
        {
            ByPlace(name, value, rules);
        }

        if (rules.Count == 0)
        {
            _draft.Note(name, "its formats lead to no name that is here, so it is not carried over", "steer it by hand", value.At);
            return;
        }

        if (!rules.Any(rule => rule.Place == Anywhere)) _draft.Note(name, "PowerDNS answers clients of other places with an alias to a name that is not there; here they get a region that is", "write map=*:REGION for them", value.At);
        Choice[] targets = [.. rules.Select(rule => rule.Choice).Distinct()];
        if (targets.Length > MostTargets)
        {
            _draft.Note(name, $"leads to {targets.Length} names, and a STEER has at most {MostTargets} targets, so it is not carried over", "steer a name for each continent, and this one among them", value.At);
            return;
        }

        var steer = new Steer(name, "geo", [.. targets.Select(target => new SteerTarget(target))])
        {
            Rules = [.. rules.Select(rule => new SteerRule("map", rule.Place, [Array.IndexOf(targets, rule.Choice)]))],
        };
        string[] others = [.. targets.OfType<Existing>().SelectMany(target => _records[target.Name]).Where(record => !record.IsAddress)
            .Select(record => record.Type).Distinct()];
        if (others.Length > 0) _draft.Note(name, $"{string.Join(", ", others)} of the names it leads to are answered there alone: only A and AAAA are steered", null, value.At);
        uint ttl = targets.OfType<Existing>().SelectMany(target => _records[target.Name]).Where(record => record.IsAddress)
            .Select(record => record.Ttl).DefaultIfEmpty(_ttl).Min();
        _draft.Record(name, ttl, "STEER", _draft.Words(steer, ZoneDraft.LabelOf(_draft.Relative(name)), ttl));
    }

    private void ByNetwork(string name, string network, YamlValue value, List<(string Place, Choice Choice)> rules)
    {
        if (network is "0.0.0.0/0" or "::/0")
        {
            ByPlace(name, value, rules);
            return;
        }

        string place = !network.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(network, out IPAddress? address)
            ? $"{network}/{address.GetAddressBytes().Length * 8}" : network;
        PowerDnsFormat[] formats = Formats(value);
        if (PlaceText.ProblemOf(place) is { } problem) throw new InputException($"{value.At}: {problem}");
        if (formats is [{ IsLiteral: true } literal, ..] && (Target(PowerDnsRecord.Absolute(literal.Text))
            ?? Alias(literal, formats)) is { } choice) rules.Add((place, choice));
        else _draft.Note($"{name} {network}", "a format with placeholders for one network is not carried over", $"write map={place}:REGION", value.At);
    }

    /// <summary>The first format that leads somewhere counts. Here the narrower place does, whichever stood first.</summary>
    private void ByPlace(string name, YamlValue value, List<(string Place, Choice Choice)> rules)
    {
        PowerDnsFormat[] formats = Formats(value);
        int narrowest = int.MaxValue;
        HashSet<string> seen = [.. rules.Select(rule => rule.Place)];
        foreach (PowerDnsFormat format in formats)
        {
            if (format.Unsupported is { } holder) _draft.Note($"{name} {format.Text}", $"{holder} is no PLACE", "write map=PLACE:REGION for those it matters to", value.At);
            if (format.Narrowness > narrowest) _draft.Note($"{name} {format.Text}", "stands behind a format of wider places; here the narrower place counts first", null, value.At);
            narrowest = Math.Min(narrowest, format.Narrowness);
            foreach (string owner in _records.Keys)
            {
                string[] places = [.. format.PlacesOf(owner.TrimEnd('.')).Where(place => !seen.Contains(place))];
                if (places.Length == 0 || Target(owner) is not { } choice) continue;
                rules.AddRange(places.Select(place => (place, choice)));
                seen.UnionWith(places);
            }
        }

        if (formats.Length > 0 && formats[^1].IsLiteral && !rules.Any(rule => rule.Place == Anywhere)
            && Alias(formats[^1], formats) is { } alias) rules.Add((Anywhere, alias));
    }

    private PowerDnsFormat[] Formats(YamlValue value) =>
        [.. value.Items.Select(item => new PowerDnsFormat(item.AsText("a format").TrimEnd('.').ToLowerInvariant(), _mapping, _lookups))];

    /// <summary>What no record of this domain is becomes an alias, when it is the last format.</summary>
    private Endpoints? Alias(PowerDnsFormat format, PowerDnsFormat[] formats) =>
        format == formats[^1] && !_records.ContainsKey(PowerDnsRecord.Absolute(format.Text))
            && DomainName.TryParse(PowerDnsRecord.Absolute(format.Text), DomainName.Root, out DomainName? alias, out _)
            ? new Endpoints(format.Text.Split('.')[0], [("CNAME", alias.ToString())]) : null;

    /// <summary>A name of this domain, as a region or a steered name; null for one that has neither addresses nor an alias.</summary>
    private Choice? Target(string owner)
    {
        if (!_records.TryGetValue(owner, out PowerDnsRecord[]? records) || !records.Any(record => record.IsAddress)) return null;
        if (_draft.Relative(owner).StartsWith('*')) return null;
        if (!records.Any(record => record.Weight is not null) && _regions.Add(owner))
            _draft.RegionAt(_draft.Relative(owner), new Endpoints(owner, [.. records.Where(record => record.IsAddress).Select(record => (record.Type, record.Data))]));
        return new Existing(owner);
    }
}
