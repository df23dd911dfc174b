using System.Globalization;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>An explanation in words: for TXT records and for terminals alike.</summary>
public static class ExplanationText
{
    /// <summary>Octets of a character-string (RFC 1035 section 3.3).</summary>
    private const int MaxCharacterString = 255;

    /// <summary>Lines of at most 255 octets each, what they talk of first: <c>health: us-east eu-west; without ap-south (web: connection refused)</c>.</summary>
    public static IEnumerable<string> Lines(Explanation explanation) => Parts(explanation).SelectMany(part => Folded($"{part.Subject}: {part.Text}"));

    /// <summary>What each line talks of, and what it says.</summary>
    internal static IEnumerable<(string Subject, string Text)> Parts(Explanation explanation)
    {
        ExplainedClient client = explanation.Client;
        string steeredBy = explanation.SteeredBy is { } owner ? $" (steered by {owner})" : "";
        yield return ("asked", $"{explanation.Name} {explanation.Type}{steeredBy}");
        yield return ("client", $"{client.Address}/{client.PrefixLength} ({(client.Source == "ecs" ? "client subnet" : "resolver's address")})");
        yield return ("location", Location(explanation.Location));
        foreach (ExplainedStep step in explanation.Steps)
        {
            yield return (step.Filter, Step(step));
        }

        ExplainedAnswer answer = explanation.Answer;
        yield return ("answer", answer.Records.Count == 0 ? "none" : string.Join(", ", answer.Records));
        yield return ("ttl", string.Create(CultureInfo.InvariantCulture, $"{answer.Ttl} s: {answer.TtlReason}"));
        yield return ("scope", string.Create(CultureInfo.InvariantCulture, $"/{answer.Scope}"));
    }

    private static string Location(ExplainedLocation location)
    {
        string?[] parts =
        [
            location.Country,
            location.Continent,
            location is { Latitude: { } latitude, Longitude: { } longitude } ? string.Create(CultureInfo.InvariantCulture, $"{latitude:0.##} {longitude:0.##}") : null,
            location.Asn is { } asn ? string.Create(CultureInfo.InvariantCulture, $"AS{asn}") : null,
        ];
        string known = string.Join(", ", parts.Where(p => !string.IsNullOrEmpty(p)));
        return known.Length > 0 ? known : "not known";
    }

    private static string Step(ExplainedStep step)
    {
        var text = new StringBuilder(step.Kept.Count == 0 ? "nothing left" : string.Join(' ', step.Kept));
        if (step.Dropped.Count > 0)
        {
            text.Append("; without ").AppendJoin(", ", step.Dropped.Select(d => $"{d.Region} ({d.Why})"));
        }

        return (string.IsNullOrEmpty(step.Note) ? text : text.Append("; ").Append(step.Note)).ToString();
    }

    /// <summary>Broken at blanks, what follows indented; a word longer than a whole string is cut.</summary>
    private static IEnumerable<string> Folded(string line)
    {
        while (Encoding.UTF8.GetByteCount(line) > MaxCharacterString)
        {
            int fits = CharactersThatFit(line);
            int blank = line.LastIndexOf(' ', fits - 1, fits - 2);
            int cut = blank > 2 ? blank : fits;
            yield return line[..cut];
            line = "  " + line[cut..].TrimStart(' ');
        }

        yield return line;
    }

    private static int CharactersThatFit(string line)
    {
        int octets = 0;
        int count = 0;
        foreach (Rune rune in line.EnumerateRunes())
        {
            octets += rune.Utf8SequenceLength;
            if (octets > MaxCharacterString)
            {
                break;
            }

            count += rune.Utf16SequenceLength;
        }

        return count;
    }
}
