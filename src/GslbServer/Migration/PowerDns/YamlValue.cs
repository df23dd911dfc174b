using GslbServer.Dns;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GslbServer;

/// <summary>A value of a YAML document, and where it begins.</summary>
internal abstract record YamlValue(SourcePosition At)
{
    /// <summary>Far above what zones of the geoip backend need: four.</summary>
    private const int MostNested = 32;

    /// <summary>A list, or one value that stands for a list of one.</summary>
    public IReadOnlyList<YamlValue> Items => this is YamlList list ? list.Values : [this];

    /// <exception cref="InputException">It is none.</exception>
    public YamlMap AsMap(string expected) => this as YamlMap ?? throw new InputException($"{At}: expected {expected}");

    /// <exception cref="InputException">It is none.</exception>
    public string AsText(string expected) => this is YamlText { Text: { } text } ? text : throw new InputException($"{At}: expected {expected}");

    /// <summary>The first document of a file; an empty map for an empty one.</summary>
    /// <exception cref="InputException">No YAML, with its place.</exception>
    public static YamlValue Read(string file, string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return new YamlMap(new(file, 1, 1), []);
            return Read(file, parser, [], 0);
        }
        catch (YamlException e)
        {
            throw new InputException($"{new SourcePosition(file, (int)e.Start.Line, (int)e.Start.Column)}: no YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            // The library's own slips on what is no YAML, found by the tests' random texts.
            throw new InputException($"{new SourcePosition(file, (int)(parser.Current?.End.Line ?? 1), (int)(parser.Current?.End.Column ?? 1))}: no YAML");
        }
    }

    private static YamlValue Read(string file, Parser parser, Dictionary<string, YamlValue> anchors, int depth)
    {
        ParsingEvent current = parser.Consume<ParsingEvent>();
        var at = new SourcePosition(file, (int)current.Start.Line, (int)current.Start.Column);
        if (depth > MostNested) throw new InputException($"{at}: lists and maps more than {MostNested} deep");
        if (current is AnchorAlias alias) return anchors.GetValueOrDefault(alias.Value.Value)
            ?? throw new InputException($"{at}: *{alias.Value.Value} stands for nothing before it");
        YamlValue value = current switch
        {
            Scalar scalar => new YamlText(at, scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" ? null : scalar.Value),
            SequenceStart => new YamlList(at, [.. List()]),
            MappingStart => new YamlMap(at, Map()),
            _ => throw new InputException($"{at}: expected a value"),
        };
        if (current is YamlDotNet.Core.Events.NodeEvent { Anchor: { IsEmpty: false, Value: var anchor } }) anchors[anchor] = value;
        return value;

        IEnumerable<YamlValue> List()
        {
            while (!parser.TryConsume<SequenceEnd>(out _)) yield return Read(file, parser, anchors, depth + 1);
        }

        List<KeyValuePair<string, YamlValue>> Map()
        {
            List<KeyValuePair<string, YamlValue>> entries = [];
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                YamlValue key = Read(file, parser, anchors, depth + 1);
                string name = key is YamlText { Text: var text } ? text ?? "" : throw new InputException($"{key.At}: expected a key");
                if (!keys.Add(name)) throw new InputException($"{key.At}: the key \"{name}\" stands twice in one map");
                entries.Add(new(name, Read(file, parser, anchors, depth + 1)));
            }

            return entries;
        }
    }
}

/// <param name="Text">Null where there is nothing.</param>
internal sealed record YamlText(SourcePosition At, string? Text) : YamlValue(At);

internal sealed record YamlList(SourcePosition At, IReadOnlyList<YamlValue> Values) : YamlValue(At);

/// <param name="Entries">In the order written; no key twice.</param>
internal sealed record YamlMap(SourcePosition At, IReadOnlyList<KeyValuePair<string, YamlValue>> Entries) : YamlValue(At)
{
    public YamlValue? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key).Value;

    /// <exception cref="InputException">There is something else.</exception>
    public uint? Number(string key) => this[key] is not { } value ? null
        : uint.TryParse(value.AsText("a number"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out uint number)
            && number <= int.MaxValue ? number
        : throw new InputException($"{value.At}: {key}: expected a number from 0 to {int.MaxValue}");
}
