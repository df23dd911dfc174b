using System.Globalization;
using System.Text.Json;

namespace GslbServer;

/// <summary>Fields of one object of an export. What is wrong with one of them is told with the object it is in.</summary>
/// <param name="Where">The file and which of its objects, for people.</param>
internal readonly record struct Route53Fields(string Where, JsonElement Element)
{
    private const int LongestExcerpt = 40;

    /// <exception cref="InputException">It is not there, or no text.</exception>
    public string Text(string name) => TextOrNull(name) ?? throw Missing(name, "a text");

    /// <exception cref="InputException">It is no text.</exception>
    public string? TextOrNull(string name) => Find(name) is not { } value ? null : Read(value) ?? throw Wrong(name, value, "a text");

    /// <exception cref="InputException">It is no whole number, or out of bounds.</exception>
    public int? Number(string name, int least, int most) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most ? number
        : throw Wrong(name, value, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    /// <summary>False where it is not there.</summary>
    /// <exception cref="InputException">It is neither true nor false.</exception>
    public bool Flag(string name) => Find(name) is { } value
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, value, "true or false"));

    public bool Has(string name) => Find(name) is not null;

    /// <returns>Null where it is not there.</returns>
    /// <exception cref="InputException">It is no object.</exception>
    public Route53Fields? Object(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new Route53Fields($"{Where}, {name}", value) : throw Wrong(name, value, "an object");

    /// <summary>None where it is not there.</summary>
    /// <exception cref="InputException">It is no list of objects.</exception>
    public IEnumerable<Route53Fields> Objects(string name)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, value, "a list");
        Route53Fields self = this;
        return value.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new Route53Fields($"{self.Where}, {name} {(i + 1).ToString(CultureInfo.InvariantCulture)}", item) : throw self.Wrong(name, item, "a list of objects"));
    }

    /// <summary>Text of a field for messages, whatever is wrong with it: null for none.</summary>
    public string? Excerpt(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? Read(value) is { } text ? Shown(text) : null : null;

    public InputException Wrong(string name, string what) => new($"{Where}: \"{name}\": {what}");

    /// <summary>What is null counts as not there: some programs write all fields.</summary>
    private JsonElement? Find(string name) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind != JsonValueKind.Null ? value : null;

    private InputException Missing(string name, string expected) => new($"{Where}: no \"{name}\"; expected {expected}");

    private InputException Wrong(string name, JsonElement value, string expected) => Wrong(name, $"expected {expected}, and not {Shown(value.GetRawText())}");

    private static string? Read(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which JSON can say and no text can hold.
            return null;
        }
    }

    private static string Shown(string text) =>
        string.Concat((text.Length > LongestExcerpt ? text[..LongestExcerpt] + "..." : text).Select(c => char.IsControl(c) ? '?' : c));
}
