using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>An <see cref="Explanation"/> for people: one fact a line, short enough for TXT strings.</summary>
public static class ExplanationText
{
    public static IEnumerable<string> Lines(Explanation explanation)
    {
        ExplainedClient client = explanation.Client;
        yield return $"{explanation.Name} {explanation.Type} for {client.Address}/{client.PrefixLength} ({client.Source}), {Describe(explanation.Location)}";
        foreach (ExplainedStep step in explanation.Steps)
        {
            yield return $"{step.Filter}: {(step.Kept.Count == 0 ? "nothing" : string.Join(' ', step.Kept))}{(step.Note is null ? "" : $" ({step.Note})")}";
            foreach (ExplainedDrop drop in step.Dropped)
            {
                yield return $"{step.Filter}: not {drop.Region}: {drop.Why}";
            }
        }

        ExplainedAnswer answer = explanation.Answer;
        yield return $"answer: {(answer.Records.Count == 0 ? "none" : string.Join(' ', answer.Records))}, scope /{answer.Scope}";
        yield return $"ttl {answer.Ttl}: {answer.TtlReason}";
    }

    private static string Describe(ExplainedLocation location)
    {
        List<string> parts = [];
        if (location.Country is not null || location.Continent is not null)
        {
            parts.Add(string.Join(' ', new[] { location.Country, location.Continent }.Where(p => p is not null)));
        }

        if (location is { Latitude: { } latitude, Longitude: { } longitude })
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{latitude:0.##} {longitude:0.##}"));
        }

        if (location.Asn is { } asn)
        {
            parts.Add($"AS{asn}");
        }

        return parts.Count == 0 ? "place unknown" : string.Join(", ", parts);
    }
}
