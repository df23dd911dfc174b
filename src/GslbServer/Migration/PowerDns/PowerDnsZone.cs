using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone file with LUA records (of the BIND backend, or as <c>pdnsutil list-zone</c> prints it): those that choose addresses become STEER, all else
/// stays.</summary>
internal sealed class PowerDnsZone
{
    private const uint DefaultTtl = 3600; // default-ttl of PowerDNS

    private readonly ZoneDraft _draft;
    private readonly Dictionary<string, List<ZoneRewriteRecord>> _lua = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _done = new(StringComparer.OrdinalIgnoreCase);

    private PowerDnsZone(ZoneDraft draft) => _draft = draft;

    /// <exception cref="InputException">It is no zone file, with its place; or nothing names its zone.</exception>
    public static ImportedZone Convert(string file, string text, string? origin, ImportFiles files, Func<Endpoints, string?> places)
    {
        string name = Path.GetFileName(file);
        string zone = PowerDnsRecord.Absolute(origin ?? (name.EndsWith(ZoneLoader.Extension, StringComparison.OrdinalIgnoreCase) ? name[..^ZoneLoader.Extension.Length]
            : throw new InputException($"{file}: the file is not called NAME.zone: name its zone with --origin")));
        if (!DomainName.TryParse(zone, DomainName.Root, out _, out string? error)) throw new InputException($"{file}: \"{zone}\" is no zone: {error}");
        var import = new PowerDnsZone(new ZoneDraft(zone, "PowerDNS", places));
        new ZoneRewrite(zone, files, import.Collect, unknown: (directive, at) =>
            import._draft.Note(directive, "is no directive of a zone here, so it is not carried over", null, at)).Run(file, text);
        ZoneRewrite? rewrite = null;
        rewrite = new ZoneRewrite(zone, files, record => import.Rewrite(record, rewrite!.DefaultTtl));
        import._draft.Lines($"$TTL {DefaultTtl}\n");
        import._draft.Lines(rewrite.Run(file, text));
        import._draft.Lines($"\n$ORIGIN {zone}\n; regions, checks and names within names, from PowerDNS\n");
        return import._draft.Finish();
    }

    private string? Collect(ZoneRewriteRecord record)
    {
        _draft.Take(record.Owner);
        if (record.Type != "LUA") return null;
        if (!_lua.TryGetValue(record.Owner, out List<ZoneRewriteRecord>? records)) _lua.Add(record.Owner, records = []);
        records.Add(record);
        return null;
    }

    /// <summary>All LUA records of a name stand where the first of them stood.</summary>
    private string? Rewrite(ZoneRewriteRecord record, string? defaultTtl)
    {
        if (record.Type != "LUA") return null;
        if (!_done.Add(record.Owner)) return "";
        string owner = _draft.Relative(record.Owner), label = ZoneDraft.LabelOf(owner);
        var lines = new StringBuilder();
        Choice? all = null;
        foreach (ZoneRewriteRecord one in _lua[record.Owner])
        {
            Choice? choice = Carry(one, label);
            Choice? merged = choice is null ? all : all is null ? choice : ChoiceMerge.Of(all, choice);
            if (choice is null || merged is null) lines.Append("; not carried over: ").Append(owner).Append(" LUA ").Append(string.Join(' ', one.Data).ReplaceLineEndings(" ")).Append('\n');
            if (choice is not null && merged is null) _draft.Note($"{owner} LUA {one.Data[0]}", "chooses otherwise than the record of another type beside it, so it is not carried over", "write one STEER for both", one.At);
            all = merged ?? all;
        }

        string written = record.Ttl ?? defaultTtl ?? "";
        uint ttl = TtlText.TryParse(written, out ulong seconds) ? (uint)Math.Min(seconds, TtlText.Max) : DefaultTtl;
        if (all is Endpoints fixedRecords) lines.AppendJoin("", fixedRecords.Records.Select(data => ZoneDraft.Line(owner, ttl, data.Type, data.Data)));
        else if (all is Steer steer) lines.Append(ZoneDraft.Line(owner, ttl, "STEER", _draft.Words(steer, label, ttl)));
        return lines.ToString();
    }

    private Choice? Carry(ZoneRewriteRecord record, string label)
    {
        string subject = $"{_draft.Relative(record.Owner)} LUA {(record.Data.Count > 0 ? record.Data[0] : "")}";
        string code = Unescaped(string.Concat(record.Data.Skip(1)));
        string type = record.Data.Count > 0 ? record.Data[0].ToUpperInvariant() : "";
        if (type is not ("A" or "AAAA" or "CNAME"))
        {
            _draft.Note(subject, "only LUA records of type A, AAAA and CNAME are carried over", code.Contains("createReverse", StringComparison.Ordinal)
                ? "write the names with $GENERATE" : "write the records themselves", record.At);
            return null;
        }

        string? problem;
        var reader = new LuaChoice(type, label);
        Choice? choice = LuaReader.TryRead(code, out problem) is { } node ? reader.Of(node, out problem) : null;
        if (choice is null) _draft.Note(subject, $"is more than a choice that can be carried over: {problem}",
            code.Contains("createForward", StringComparison.Ordinal) ? "write the records with $GENERATE" : "steer the name by hand", record.At);
        if (choice is not null && reader.Ignored.Count > 0) _draft.Note(subject, $"{string.Join(", ", reader.Ignored)} of its check: not carried over", null, record.At);
        if (choice is Steer { IsChecked: true } && code.Contains("https://",
            StringComparison.OrdinalIgnoreCase)) _draft.Note(subject, "PowerDNS does not verify certificates; the CHECK does", "write verify=no for endpoints without a certificate of that name", record.At);
        return choice;
    }

    /// <summary>Of a character-string: <c>\DDD</c> an octet, <c>\x</c> the character.</summary>
    private static string Unescaped(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length) result.Append(text[at]);
            else if (at + 3 < text.Length && byte.TryParse(text.AsSpan(at + 1, 3), System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture, out byte octet)) (_, at) = (result.Append((char)octet), at + 3);
            else result.Append(text[++at]);
        }

        return result.ToString();
    }
}
