using System.Text;

namespace GslbServer;

/// <summary>A hosted zone of Route 53 in our language: routing policies become STEER, each of their sets a REGION.</summary>
internal sealed class Route53Import
{
    private const uint DefaultTtl = 60; // what Route 53 answers for an alias

    private readonly string _zone;
    private readonly IReadOnlyList<Route53Set> _sets;
    private readonly IReadOnlyDictionary<string, Route53HealthCheck> _checks;
    private readonly ImportedZone.Writer _writer;
    private readonly Dictionary<string, string> _regions = []; // owner of a REGION to what it holds
    private readonly Dictionary<string, string> _written = []; // owner of a CHECK to its words

    private Route53Import(string zone, IReadOnlyList<Route53Set> sets, IReadOnlyDictionary<string, Route53HealthCheck> checks) =>
        (_zone, _sets, _checks, _writer) = (zone, sets, checks, new ImportedZone.Writer(zone));

    /// <param name="checks">As <c>aws route53 list-health-checks</c> prints them, by id; empty without.</param>
    /// <exception cref="CliException">There is no SOA: it is no whole zone.</exception>
    public static ImportedZone Convert(string file, IReadOnlyList<Route53Set> sets, IReadOnlyDictionary<string, Route53HealthCheck> checks)
    {
        string zone = sets.FirstOrDefault(set => set.Type == "SOA")?.Name ?? throw new CliException($"{file}: no SOA; expected all record sets of one hosted zone");
        return new Route53Import(zone, sets, checks).Run();
    }

    private ImportedZone Run()
    {
        foreach (Route53Set set in _sets.Where(set => set.Identifier is null).OrderBy(set => set.Type != "SOA").ThenBy(set => set.Name != _zone)) Plain(set);
        foreach (IGrouping<string, Route53Set> name in _sets.Where(set => set.Identifier is not null).GroupBy(set => set.Name)) Steered(name.Key, [.. name]);
        if (_sets.Any(set => set.Type == "NS" && set.Name == _zone && set.Values.Any(value => value.Contains("awsdns", StringComparison.OrdinalIgnoreCase))))
            _writer.Note($"{_zone} NS: names the servers of Route 53; write your nodes there, and their addresses");
        return _writer.Finish();
    }

    private void Plain(Route53Set set)
    {
        if (set.Alias is not { } alias)
        {
            foreach (string value in set.Values) _writer.Record(set.Name, set.Ttl, set.Type, value);
        }
        else if (set.Name == _zone)
        {
            _writer.Note($"{set.Name} {set.Type}: an alias at the apex to {alias}; a zone file has no such record: write its addresses, or steer the apex to a REGION with addresses");
        }
        else if (set.Type == "A" || !_sets.Any(other => other.Name == set.Name && other.Type == "A"))
        {
            _writer.Record(set.Name, DefaultTtl, "CNAME", _writer.Relative(alias));
        }
    }

    private void Steered(string name, Route53Set[] sets)
    {
        Route53Set[] known = [.. sets.Where(set => set.Type is "A" or "AAAA" or "CNAME" && !set.HasOtherRouting)];
        foreach (Route53Set other in sets.Except(known))
            _writer.Note($"{name} {other.Type} \"{other.Identifier}\": {(other.HasOtherRouting ? "IP-based and geoproximity routing" : $"a routing policy for {other.Type}")} is not carried over");
        if (known.Length == 0) return;
        if (known.Select(Policy).Distinct().Count() > 1) _writer.Note($"{name}: A and AAAA have different routing policies; that of {known[0].Type} is taken for both");

        string policy = Policy(known[0]);
        _writer.Comment($"{_writer.Relative(name)}: {policy}, from Route 53");
        IGrouping<string, Route53Set>[] variants = [.. known.GroupBy(set => set.Identifier!).OrderBy(variant => variant.First().Failover == "SECONDARY")];
        string check = Check(name, known);
        List<string> targets = [], rules = [];
        foreach (IGrouping<string, Route53Set> variant in variants)
        {
            string target = Target(name, variant.Key, [.. variant]);
            targets.Add(policy == "weighted" ? $"{target}={variant.First().Weight ?? 1}" : target);
            if (policy == "geo") rules.Add($"map={variant.First().Place}:{target}");
        }

        string words = string.Join(' ', [policy, .. targets.Distinct(), .. rules, .. check.Length > 0 ? (string[])[$"check={check}"] : []]);
        _writer.Record(name, known.Select(set => set.Ttl).FirstOrDefault(ttl => ttl is not null) ?? DefaultTtl, "STEER", words);
        if (policy == "geo" && !rules.Any(rule => rule.StartsWith("map=*:", StringComparison.Ordinal)))
            _writer.Note($"{name}: no default location; Route 53 answers nothing to clients from elsewhere, here they get the nearest region");
    }

    private static string Policy(Route53Set set) => set switch
    {
        { Failover: not null } => "failover",
        { Region: not null } => "latency",
        { Place: not null } => "geo",
        { IsMultiValue: true } => "multivalue",
        _ => "weighted",
    };

    /// <summary>A steered name of the zone that an alias leads to, or a REGION with what the set answers; one that several names have alike is written once.</summary>
    private string Target(string name, string identifier, Route53Set[] sets)
    {
        string? alias = sets.Select(set => set.Alias).FirstOrDefault(target => target is not null);
        if (alias is not null && _sets.Any(set => set.Name == alias && set.Identifier is not null)) return _writer.Relative(alias);
        string? cname = alias ?? sets.FirstOrDefault(set => set.Type == "CNAME")?.Values[0];
        string? place = sets.Select(set => set.Region).Where(region => region is not null).Select(region => AwsRegions.Find(region!)).FirstOrDefault();
        var content = new StringBuilder(place ?? "0 0").Append('\n');
        if (cname is not null) content.Append("CNAME ").Append(_writer.Relative(cname.TrimEnd('.').ToLowerInvariant() + "."));
        else content.AppendJoin('\n', sets.SelectMany(set => set.Values.Select(value => $"{set.Type} {value}")));

        string label = Label(identifier), owner = label;
        for (int i = 2; _regions.TryGetValue(owner, out string? taken) && taken != content.ToString(); i++) owner = i == 2 ? $"{label}.{Label(_writer.Relative(name))}" : $"{label}-{i}";
        if (_sets.Any(set => set.Name == $"{owner}.{_zone}")) owner += "-region";
        if (!_regions.TryAdd(owner, content.ToString())) return owner;
        string[] lines = content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _writer.Record(owner, DefaultTtl, "REGION", lines[0]);
        foreach (string line in lines.Skip(1)) _writer.Record(owner, DefaultTtl, line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        if (place is null) _writer.Note($"{owner}.{_zone} REGION: Route 53 does not say where \"{identifier}\" is; write its latitude and longitude for 0 0");
        return owner;
    }

    private string Check(string name, Route53Set[] sets)
    {
        string[] ids = [.. sets.Select(set => set.HealthCheck).OfType<string>().Distinct()];
        if (ids.Length == 0)
        {
            _writer.Note($"{name}: has no health check, so its targets count as up whatever happens; give it a CHECK");
            return "";
        }

        Route53HealthCheck[] known = [.. ids.Where(_checks.ContainsKey).Select(id => _checks[id])];
        foreach (string id in ids.Where(id => !_checks.ContainsKey(id)))
            _writer.Note($"{name}: health check {id} is not in the list; give --health-checks with what `aws route53 list-health-checks` prints");
        string[] words = [.. known.Select(one => one.Words).OfType<string>().Distinct()];
        foreach (Route53HealthCheck other in known.Where(one => one.Words is null)) _writer.Note($"{name}: health check {other.Id} of type {other.Type} is not carried over");
        if (words.Length == 0) return "";
        if (words.Length > 1) _writer.Note($"{name}: its sets have different health checks; all its targets get the first, {words[0]}");
        string owner = $"check-{known.First(one => one.Words == words[0]).Id[..Math.Min(8, known[0].Id.Length)]}";
        if (_written.TryAdd(owner, words[0])) _writer.Record(owner, DefaultTtl, "CHECK", words[0]);
        return owner;
    }

    private static string Label(string text)
    {
        string label = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return label.Length == 0 ? "set" : label.Length > 50 ? label[..50] : label;
    }
}
