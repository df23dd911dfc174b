using System.Globalization;
using System.Text.Json;

namespace GslbServer;

/// <summary>What <c>aws route53 list-resource-record-sets</c> prints.</summary>
/// <param name="IsTruncated">It is a page of several: sets are missing.</param>
internal sealed record Route53Export(IReadOnlyList<Route53Set> Sets, bool IsTruncated)
{
    private const string Expected = "expected what `aws route53 list-resource-record-sets --hosted-zone-id ID` prints";

    /// <exception cref="InputException">It is no such list; the message names the set and the field.</exception>
    public static Route53Export Read(string file, string json)
    {
        using JsonDocument document = Parse(file, json, Expected);
        var all = new Route53Fields(file, document.RootElement);
        if (!all.Has("ResourceRecordSets")) throw new InputException($"{file}: no \"ResourceRecordSets\"; {Expected}");
        return new Route53Export([.. all.Objects("ResourceRecordSets").Select((set, i) => Route53Set.Read(set with { Where = Where(file, set, i) }))], all.Flag("IsTruncated"));
    }

    /// <exception cref="InputException">It is no JSON.</exception>
    public static JsonDocument Parse(string file, string json, string expected)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: no JSON; {expected}: {e.Message}");
        }
    }

    /// <summary>Which set, by number and by name as far as it has one.</summary>
    private static string Where(string file, Route53Fields set, int index)
    {
        string name = string.Join(' ', ((string?[])[set.Excerpt("Name"), set.Excerpt("Type")]).OfType<string>());
        return $"{file}: record set {(index + 1).ToString(CultureInfo.InvariantCulture)}{(name.Length > 0 ? $" ({name})" : "")}";
    }
}
