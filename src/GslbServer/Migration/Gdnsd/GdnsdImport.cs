using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>gdnsd's configuration and zones in our language: DYNA and DYNC become STEER, datacenters and address groups REGION, service types CHECK.</summary>
internal sealed class GdnsdImport
{
    /// <summary>gdnsd's defaults, in seconds.</summary>
    private const uint DefaultTtl = 86400, LeastTtl = 5;

    private const int LongestString = 255;

    private readonly VscfHash _config;
    private readonly string _folder;
    private readonly ImportFiles _files;
    private readonly Func<Endpoints, string?> _places;
    private readonly string _defaultTtl; // of records without a TTL, before any $TTL
    private readonly HashSet<string> _used = [];

    private GdnsdImport(VscfHash config, string folder, ImportFiles files, Func<Endpoints, string?> places)
    {
        (_config, _folder, _files, _places) = (config, folder, files, places);
        _defaultTtl = (new GdnsdScope(config.Hash("options") ?? config).Number("zones_default_ttl", 0, int.MaxValue) ?? (int)DefaultTtl).ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="path">gdnsd's configuration directory (<c>/etc/gdnsd</c>), or the file <c>config</c> in it.</param>
    /// <exception cref="InputException">Something in it is not of gdnsd, with its place; or there is no zone.</exception>
    public static ImportResult Convert(string path, ImportFiles files, Func<Endpoints, string?> places)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
        string file = Directory.Exists(path) ? Path.Combine(path, "config") : path;
        VscfHash config = VscfReader.Read(file, files.Read(file), files) as VscfHash
            ?? throw new InputException($"{file}: expected options, service_types and plugins, and not an array");
        string[] zones = [.. ImportFiles.Find(file, "zones").Where(zone => Path.GetFileName(zone)[0] != '.')];
        if (zones.Length == 0) throw new InputException($"{Path.Combine(folder, "zones")}: no zone files; expected gdnsd's configuration directory, with config and zones/");
        var import = new GdnsdImport(config, folder, files, places);
        return new ImportResult([.. zones.Select(import.Zone)], [.. import.Rest(file)]);
    }

    private ImportedZone Zone(string file)
    {
        // In names of files the slash of RFC 2317 is written @.
        string zone = Path.GetFileName(file).TrimEnd('.').Replace('@', '/').ToLowerInvariant() + ".", text = _files.Read(file);
        if (!DomainName.TryParse(zone, DomainName.Root, out _, out string? error)) throw new InputException($"{file}: names no zone: {error}");
        var draft = new ZoneDraft(zone, "gdnsd", _places);
        Rewriter(record =>
        {
            draft.Take(record.Owner);
            return null;
        }, (directive, at) => Directive(draft, directive, at)).Run(file, text);

        var resources = new GdnsdResources(_config, Path.Combine(_folder, "geoip"), _files, draft);
        ZoneRewrite? rewriter = null;
        rewriter = Rewriter(record => record.Type switch
        {
            "DYNA" or "DYNC" => Dynamic(draft, resources, record, rewriter!.DefaultTtl ?? _defaultTtl),
            "TXT" => Split(draft, record),
            _ => null,
        });
        draft.Lines($"$TTL {_defaultTtl}\n");
        draft.Lines(rewriter.Run(file, text));
        draft.Lines($"\n$ORIGIN {zone}\n; regions, checks and names within names, from gdnsd\n");
        return draft.Finish();

        // @Z is the zone, @F the first origin of a file; either may end a name.
        ZoneRewrite Rewriter(Func<ZoneRewriteRecord, string?> rewrite, Action<string, SourcePosition>? unknown = null) => new(zone, _files, rewrite, (word, first) =>
            word.EndsWith("@Z", StringComparison.Ordinal) && (word.Length == 2 || word[^3] == '.') ? word[..^2] + zone
                : word.EndsWith("@F", StringComparison.Ordinal) && (word.Length == 2 || word[^3] == '.') ? word[..^2] + first : null, unknown);
    }

    /// <summary>gdnsd had limits of addresses until its version 3.</summary>
    private static void Directive(ZoneDraft draft, string directive, SourcePosition at)
    {
        if (directive.StartsWith("$ADDR_LIMIT_", StringComparison.Ordinal))
            draft.Note(directive, "is not carried over: an answer has all addresses of its targets that are up, at most 8, in turn", "limit targets with answers= of STEER", at);
        else draft.Note(directive, "is no directive of gdnsd or of a zone here, so it is not carried over", null, at);
    }

    private string Dynamic(ZoneDraft draft, GdnsdResources resources, ZoneRewriteRecord record, string defaultTtl)
    {
        string subject = record.Data is [var one] ? one : throw new InputException($"{record.At}: expected plugin!resource behind {record.Type}");
        string[] parts = subject.Split('!', 2);
        _used.Add($"{parts[0]}!{(parts.Length > 1 ? parts[1].Split('/')[0] : "")}");
        (uint most, uint least) = Ttls(record, defaultTtl);
        string owner = draft.Relative(record.Owner);
        switch (resources.Find(parts[0], parts.Length > 1 ? parts[1] : "", record.At))
        {
            case Endpoints endpoints:
                return string.Concat(endpoints.Records.Where(data => record.Type == "DYNC" || data.Type != "CNAME")
                    .Select(data => ZoneDraft.Line(owner, most, data.Type, data.Data)));
            case Steer steer:
                string[] keys = steer.IsChecked ? [string.Create(CultureInfo.InvariantCulture, $"ttl-min={Math.Min(least, most)}s")] : [];
                return ZoneDraft.Line(owner, most, "STEER", draft.Words(steer, ZoneDraft.LabelOf(owner), most, keys));
            default:
                return $"; not carried over: {owner} {record.Type} {subject.ReplaceLineEndings(" ")}\n";
        }
    }

    /// <summary>MAX/MIN; MIN is half of MAX where it is not given.</summary>
    private static (uint Most, uint Least) Ttls(ZoneRewriteRecord record, string defaultTtl)
    {
        string text = record.Ttl ?? defaultTtl;
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !TtlText.TryParse(parts[0], out ulong most) || most > TtlText.Max)
            throw new InputException($"{record.At}: \"{text}\" is no TTL; expected MAX or MAX/MIN");
        ulong least = most / 2;
        if (parts.Length == 2 && (!TtlText.TryParse(parts[1], out least) || least > TtlText.Max))
            throw new InputException($"{record.At}: \"{text}\" is no TTL; expected MAX or MAX/MIN");
        return ((uint)most, Math.Max((uint)least, LeastTtl));
    }

    /// <summary>gdnsd parts long strings by itself; a zone file may not hold them.</summary>
    private static string? Split(ZoneDraft draft, ZoneRewriteRecord record)
    {
        if (record.Data.All(text => text.Length <= LongestString)) return null;
        if (record.Data.Any(text => text.Contains('\\', StringComparison.Ordinal)))
        {
            draft.Note($"{record.Owner} TXT", $"a string longer than {LongestString} octets, with escapes", "part it into several", record.At);
            return null;
        }

        var parts = new StringBuilder();
        foreach (char[] part in record.Data.SelectMany(text => text.Chunk(LongestString))) parts.Append(" \"").Append(part).Append('"');
        return ZoneDraft.Line(draft.Relative(record.Owner), record.Ttl is { } ttl && TtlText.TryParse(ttl, out ulong seconds)
            ? (uint)Math.Min(seconds, TtlText.Max) : null, "TXT", parts.ToString());
    }

    /// <summary>What no zone asks for, and settings of the server.</summary>
    private IEnumerable<ImportNote> Rest(string file)
    {
        string[] settings = [.. (_config.Hash("options")?.Entries ?? []).Select(entry => entry.Key).Except(["zones_default_ttl", "edns_client_subnet"])];
        if (settings.Length > 0) yield return new ImportNote(_config.Hash("options")!.At,
            $"options {string.Join(", ", settings)}", "settings of the server are not carried over", "see gslb serve --help");
        string[] unused = [.. (_config.Hash("plugins")?.Entries ?? []).SelectMany(plugin => Resources(plugin.Key, plugin.Value as VscfHash))
            .Where(resource => !_used.Contains(resource) && !IsReferred(resource))];
        if (unused.Length > 0) yield return new ImportNote(new SourcePosition(file, 0, 0),
            string.Join(", ", unused), "no name of a zone has it, so it is not carried over", null);
        yield return new ImportNote(null, "admin_state", "what operators took down (gdnsdctl states) is no configuration and is not carried over", "gslb drain or gslb down, when you switch");
    }

    private static IEnumerable<string> Resources(string plugin, VscfHash? configuration) => plugin switch
    {
        "metafo" or "geoip" => (configuration?.Hash("resources")?.Entries ?? []).Select(entry => $"{plugin}!{entry.Key}"),
        "multifo" or "simplefo" or "weighted" or "static" => (configuration?.Entries ?? [])
            .Where(entry => plugin == "static" || entry.Value is VscfHash || (plugin == "multifo" && entry.Value is VscfArray && entry.Key != "service_types"))
            .Select(entry => $"{plugin}!{entry.Key}"),
        _ => [],
    };

    private bool IsReferred(string resource) => Strings(_config).Any(text => text == $"%{resource}" || text == resource[resource.IndexOf('!', StringComparison.Ordinal)..]);

    private static IEnumerable<string> Strings(VscfValue value) => value switch
    {
        VscfString text => [text.Text],
        VscfArray array => array.Values.SelectMany(Strings),
        VscfHash hash => hash.Entries.SelectMany(entry => Strings(entry.Value)),
        _ => [],
    };
}
