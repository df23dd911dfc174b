using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A drill on a terminal.</summary>
internal static class DrillText
{
    private static readonly (string Kind, string Heading)[] Columns =
    [
        (DrillMarks.Heard, "HEARD"), (DrillMarks.FailedProbe, "FAILED PROBE"), (DrillMarks.ShortTtl, "SHORT TTL"), (DrillMarks.Down, "DOWN"), (DrillMarks.NewAnswer, "NEW ANSWER"),
        (DrillMarks.Ended, "ENDED"), (DrillMarks.Up, "UP"), (DrillMarks.OldAnswer, "OLD ANSWER"), (DrillMarks.FullTtl, "FULL TTL"),
    ];

    public static void Write(DrillReport report, TextWriter to, Terminal terminal)
    {
        to.WriteLine($"drill    {report.Id}, {terminal.Strong(report.State)}{(report.Ended.Length > 0 ? " " + report.Ended : "")}");
        to.WriteLine($"region   {report.Region} ({string.Join(' ', report.Addresses)})");
        to.WriteLine($"by       {report.Owner}: {report.Reason}{(report.Forced ? " (forced)" : "")}");
        to.WriteLine($"time     {report.StartedAt:u} to {report.EndedAt ?? report.EndsAt:u}");
        to.WriteLine($"names    {(report.Names.Count == 0 ? "none" : string.Join(' ', report.Names))}");
        to.WriteLine();
        var table = new TextTable(["NODE", .. Columns.Select(column => column.Heading)]);
        foreach (DrillNodeReport node in report.Nodes)
        {
            table.Add([node.Node, .. Columns.Select(column => Cell(node.Marks.FirstOrDefault(mark => mark.Kind == column.Kind)))]);
        }

        if (table.IsEmpty)
        {
            to.WriteLine("No node has said yet what it saw.");
        }
        else
        {
            to.WriteLine("Seconds since the first node heard of it:");
            table.WriteTo(to, terminal);
        }

        WriteTraffic(report.Traffic, to);
        WriteResolvers(report, to, terminal);
        WriteWarnings(report, to, terminal);
    }

    public static void WriteWarnings(DrillReport report, TextWriter to, Terminal terminal)
    {
        foreach (string warning in report.Warnings)
        {
            to.WriteLine(terminal.Warning("warning: " + warning));
        }
    }

    private static void WriteTraffic(IReadOnlyList<DrillTraffic> traffic, TextWriter to)
    {
        if (traffic.Count == 0)
        {
            return;
        }

        DrillTraffic least = traffic.MinBy(sample => sample.OldRps)!;
        to.WriteLine();
        to.WriteLine("Requests per second, as balancers report them:");
        to.WriteLine($"at the region  {Rps(traffic[0].OldRps)} before, {Rps(least.OldRps)} at least ({Seconds(least.AtMs)} s), {Rps(traffic[^1].OldRps)} at last");
        to.WriteLine($"elsewhere      {Rps(traffic[0].NewRps)} before, {Rps(traffic.Max(sample => sample.NewRps))} at most, {Rps(traffic[^1].NewRps)} at last");
    }

    private static string Rps(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static void WriteResolvers(DrillReport report, TextWriter to, Terminal terminal)
    {
        if (report.Resolvers.Count == 0)
        {
            return;
        }

        to.WriteLine();
        to.WriteLine("Resolvers, now:");
        var table = new TextTable("RESOLVER", "NAME", "ANSWER", "TTL", "");
        foreach (DrillResolverReport asked in report.Resolvers)
        {
            table.Add(asked.Resolver, asked.Name, asked.Problem.Length > 0 ? asked.Problem : string.Join(' ', asked.Addresses), asked.Problem.Length > 0 ? "-" : asked.Ttl.ToString(CultureInfo.InvariantCulture),
                asked.Problem.Length > 0 ? "" : asked.HasOld ? "old" : "new");
        }

        table.WriteTo(to, terminal);
    }

    /// <summary>First and, where that differs, last; and the TTL.</summary>
    private static string Cell(DrillMark? mark)
    {
        if (mark is null)
        {
            return "-";
        }

        string first = Seconds(mark.FirstMs), last = Seconds(mark.LastMs);
        return (first == last ? first : $"{first}-{last}") + (mark.Value > 0 ? $" ({mark.Value} s)" : "");
    }

    private static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture);
}
