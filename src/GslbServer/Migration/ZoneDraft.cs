using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone file in the making: its records, owners relative to the zone, and the REGION, CHECK and STEER that choices need. What several names have
/// alike is written once.</summary>
/// <param name="zone">Absolute, with the final dot, lower case.</param>
/// <param name="system">The other system, for notes.</param>
/// <param name="places">Latitude and longitude of a region that has none of its own, by its records; null for none.</param>
internal sealed class ZoneDraft(string zone, string system, Func<Endpoints, string?> places)
{
    /// <summary>Of records that the other system has none for.</summary>
    public const uint DefaultTtl = 60;

    private const int LongestLabel = 50, LongestLine = 120;

    /// <summary>Addresses of a family in an answer.</summary>
    private const int MostAnswered = 8;

    /// <summary>A configuration that refers to itself again and again would grow without end.</summary>
    private const int MostChoices = 100_000;

    /// <summary>Keys of STEER: a target of that name with its weight, <c>map=9</c>, would be read as one.</summary>
    private static readonly HashSet<string> Keys = ["check", "map", "only", "except", "answers", "ttl-min", "ecs", "persist", "ramp", "failback", "all-down", "health-view", "rto", "spread", "within", "by"];

    /// <summary>Says its own name: what a file is called may be another, as with the slash of RFC 2317.</summary>
    private readonly StringBuilder _text = new($"$ORIGIN {zone}\n");
    private readonly List<ImportNote> _notes = [];
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _written = new(StringComparer.OrdinalIgnoreCase); // owner to what was written there
    private readonly List<string> _unplaced = [];
    private readonly StringBuilder _added = new();
    private int _choices;

    public string Zone => zone;

    public void Note(string subject, string what, string? instead = null, SourcePosition? at = null)
    {
        var note = new ImportNote(at, subject, what, instead);
        if (!_notes.Contains(note)) _notes.Add(note);
    }

    /// <summary>The other system has this name already; nothing else gets it.</summary>
    public void Take(string name) => _taken.Add(Relative(name));

    public void Comment(string comment) => _text.Append("\n; ").Append(comment).Append('\n');

    public void Record(string owner, uint? ttl, string type, string data) => Append(_text, Relative(owner), ttl, type, data);

    /// <summary>RDATA of a STEER. What it refers to is written now.</summary>
    /// <param name="context">Parts its regions from those of other names with the same label: a label.</param>
    /// <param name="ttl">Of nested names.</param>
    /// <param name="keys">More keys, for nested names too.</param>
    public string Words(Steer steer, string context, uint ttl, params IReadOnlyList<string> keys)
    {
        if (++_choices > MostChoices) throw new InputException($"{zone}: choices within choices: more than {MostChoices} of them");
        string[] checks = [.. steer.Checks.Select(check => Check(check, context)).Distinct()];
        string[] targets = [.. steer.Targets.Select(target => Target(target.Choice, context, ttl, keys))];
        var words = new List<string> { steer.Policy };
        words.AddRange(targets.Select((target, i) => HealthCheck.Word(steer.Targets[i].Weight is { } weight
            ? string.Create(CultureInfo.InvariantCulture, $"{target}={weight}") : target)).Distinct());
        words.AddRange(steer.Rules.Select(rule => HealthCheck.Word($"{rule.Key}={rule.Place}:{string.Join('/', rule.Targets.Select(target => targets[target]))}")));
        if (checks.Length > 0) words.Add($"check={string.Join(',', checks)}");
        words.AddRange(steer.Keys.Concat(keys));
        return Wrapped(words);
    }

    /// <summary>Rules stand on lines of their own where all together are too long for one.</summary>
    private static string Wrapped(List<string> words)
    {
        string line = string.Join(' ', words);
        if (line.Length <= LongestLine) return line;
        bool IsRule(string word) => word.TrimStart('"').StartsWith("map=", StringComparison.Ordinal) || word.TrimStart('"').StartsWith("only=", StringComparison.Ordinal);
        var text = new StringBuilder(string.Join(' ', words.Where(word => !IsRule(word)))).Append(" (");
        int length = LongestLine;
        foreach (string rule in words.Where(IsRule))
        {
            bool fits = length + rule.Length + 1 <= LongestLine;
            text.Append(fits ? " " : "\n    ").Append(rule);
            length = (fits ? length : 4) + rule.Length + 1;
        }

        return text.Append(" )").ToString();
    }

    /// <summary>Lines as they are.</summary>
    public void Lines(string text) => _text.Append(text);

    /// <summary>Puts here what choices so far referred to; it would otherwise stand at the end.</summary>
    public void Settle()
    {
        _text.Append(_added);
        _added.Clear();
    }

    public string Relative(string name) => name == zone ? "@" : name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase) ? name[..^(zone.Length + 1)] : name;

    /// <summary>Makes a region of a name that has these records already.</summary>
    /// <param name="owner">Relative.</param>
    public void RegionAt(string owner, Endpoints endpoints)
    {
        string? place = endpoints.Place ?? places(endpoints);
        if (place is null) _unplaced.Add(owner);
        if (endpoints.Records.GroupBy(record => record.Type).Any(family => family.Count() > MostAnswered)) Note($"{owner} REGION",
            $"has more than {MostAnswered} addresses of a family, and an answer has at most as many, in turn");
        Append(_added, owner, DefaultTtl, "REGION", place ?? "0 0");
    }

    /// <summary>Owner of a CHECK with these words.</summary>
    private string Check(HealthCheck check, string context)
    {
        string words = string.Join(' ', [check.Words, .. check.Probes.Select(probe => $"address={Region(probe.Region, context)}:{probe.Address}")]);
        return Written(check.Label, "check", words, owner => Append(_added, owner, DefaultTtl, "CHECK", words));
    }

    public ImportedZone Finish()
    {
        if (_unplaced.Count > 0) Note($"{string.Join(", ", _unplaced.Order(StringComparer.Ordinal))} REGION",
            $"{system} does not say where {(_unplaced.Count == 1 ? "it is" : "they are")}", "write latitude and longitude for 0 0, or import with --geo FILE");
        return new ImportedZone(zone, ZoneFormatter.Format(_text.ToString() + _added), _notes);
    }

    /// <summary>A type that another system can have records of: none of ours, and none of messages alone.</summary>
    public static bool TryType(string text, out RecordType type) => RecordTypeName.TryParse(text, out type) && !RecordTypeName.IsMetaOrQuestion(type)
        && type is not (RecordType.REGION or RecordType.CHECK or RecordType.STEER);

    public static string LabelOf(string text)
    {
        string label = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-')).Trim('-');
        return label.Length == 0 ? "set" : label.Length > LongestLabel ? label[..LongestLabel].TrimEnd('-') : label;
    }

    private string Target(Choice choice, string context, uint ttl, IReadOnlyList<string> keys)
    {
        if (choice is Existing existing) return Relative(existing.Name);
        if (choice is Endpoints endpoints) return Region(endpoints, context);
        var steer = (Steer)choice;
        string words = Words(steer, LabelOf(steer.Label), ttl, keys);
        return Written(steer.Label, context, words, owner => Append(_added, owner, ttl, "STEER", words));
    }

    private string Region(Endpoints endpoints, string context)
    {
        string? place = endpoints.Place ?? places(endpoints);
        return Written(endpoints.Label, context, $"{place}\n{string.Join('\n', endpoints.Records)}", owner =>
        {
            RegionAt(owner, endpoints);
            foreach ((string type, string data) in endpoints.Records) Append(_added, owner, DefaultTtl, type, type == "CNAME" ? Relative(data) : data);
        });
    }

    /// <summary>The owner of what is written once: its own label, that with its context, or that with a number.</summary>
    private string Written(string wanted, string context, string content, Action<string> write)
    {
        string label = LabelOf(wanted), owner = label;
        for (int i = 2; Keys.Contains(owner) || _taken.Contains(owner) || (_written.TryGetValue(owner, out string? there) && there != content); i++)
            owner = i == 2 && label != context ? $"{label}.{context}" : string.Create(CultureInfo.InvariantCulture, $"{label}-{i}");
        if (_written.TryAdd(owner, content)) write(owner);
        return owner;
    }

    private static void Append(StringBuilder text, string owner, uint? ttl, string type, string data) => text.Append(Line(owner, ttl, type, data));

    /// <summary>A record in a zone file.</summary>
    public static string Line(string owner, uint? ttl, string type, string data) => string.Create(CultureInfo.InvariantCulture,
        $"{owner} {ttl}{(ttl is null ? "" : " ")}{type} {data}\n");
}
