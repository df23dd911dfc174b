using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Measured latency for people.</summary>
internal static class LatencyText
{
    /// <summary>The map, then a line for each prefix.</summary>
    public static void Write(LatencyView view, TextWriter writer, Terminal terminal)
    {
        writer.WriteLine(Summary(view.Map));
        var table = new TextTable("CLIENTS", "SAMPLES", "NEAREST", "MS", "THEN", "NOTE");
        foreach (LatencyPrefixView prefix in view.Prefixes)
        {
            ExplainedRoundTrip first = prefix.Estimates[0];
            table.Add(prefix.Client, Number(prefix.Samples), first.Region, Milliseconds(first), string.Join(", ", prefix.Estimates.Skip(1).Take(3).Select(e => $"{e.Region} {Milliseconds(e)}")),
                Note(prefix));
        }

        if (!table.IsEmpty)
        {
            writer.WriteLine();
            table.WriteTo(writer, terminal);
        }
    }

    /// <summary>For each prefix a table of all regions.</summary>
    public static void WriteEach(LatencyView view, TextWriter writer, Terminal terminal)
    {
        foreach (LatencyPrefixView prefix in view.Prefixes)
        {
            string note = Note(prefix);
            writer.WriteLine(terminal.Strong(prefix.Client) + (note.Length > 0 ? $" ({note})" : ""));
            var table = new TextTable("REGION", "MS", "SE", "SAMPLES", "AGE", "SOURCE", "CONFIDENCE");
            foreach (ExplainedRoundTrip estimate in prefix.Estimates)
            {
                table.Add(estimate.Region, Milliseconds(estimate), estimate.Milliseconds is null ? "-" : estimate.StandardError?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-", Number(estimate.Samples),
                    estimate.AgeMinutes is { } minutes ? Durations.FormatAge(TimeSpan.FromMinutes(minutes)) : "-", estimate.Source.ToString().ToLowerInvariant(), estimate.Confidence.ToString().ToLowerInvariant());
            }

            table.WriteTo(writer, terminal);
        }
    }

    /// <summary>One line: <c>map 3f0c…: 1204 prefixes, 40 s old; 3 moved in this epoch</c>.</summary>
    public static string Summary(LatencyStatus status)
    {
        string measures = status.Region is { } region ? $"measures {region}" : "measures nothing itself: no --region";
        string imported = status.Imported > 0 ? $", {Number(status.Imported)} rows imported" : "";
        if (status.AgeSeconds is not { } age)
        {
            return $"nothing measured yet; this node {measures}{imported}";
        }

        string moves = status.Postponed > 0 ? $"{Number(status.Moved)} moved in its epoch, {Number(status.Postponed)} wait" : $"{Number(status.Moved)} moved in its epoch";
        string trials = status.Trials.Moved > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; moves promised {status.Trials.PredictedGain:0.0} ms and gained {status.Trials.RealisedGain:0.0} ms, {status.Trials.Reverted} of {status.Trials.Moved} taken back") : "";
        string explored = status.Explored > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; explores other regions for {status.Explored} prefixes, {100 * status.ExploredShare:0.00} % of samples") : "";
        return $"map {status.Hash}: {Number(status.Prefixes)} prefix{(status.Prefixes == 1 ? "" : "es")}, {Durations.FormatAge(TimeSpan.FromSeconds(age))} old; {moves}{trials}{explored}; this node {measures}{imported}";
    }

    private static string Note(LatencyPrefixView prefix)
        => string.Join(", ", new[] { prefix.HeldOut ? "held out" : "", prefix.GeoInvalid ? "geo record wrong" : "" }.Where(text => text.Length > 0));

    private static string Milliseconds(ExplainedRoundTrip estimate) => estimate.Milliseconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
