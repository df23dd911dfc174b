using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A frame as lines.</summary>
internal static class TopText
{
    private const int MostEvents = 30;

    public static IReadOnlyList<string> Lines(TopFrame frame, TopSort sort, Terminal terminal)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"{terminal.Strong(PlainText.Of(frame.Node))}{(frame.Region is null ? "" : $" in {PlainText.Of(frame.Region)}")}: {(frame.Healthy ? terminal.Good("healthy") : terminal.Bad("degraded"))}, up {Durations.FormatAge(TimeSpan.FromSeconds(frame.UptimeSeconds))}, "
            + string.Create(CultureInfo.InvariantCulture, $"shared state {frame.Mode}, {frame.QueriesPerSecond:N0} queries/s, CPU {frame.CpuPercent:0} %"));
        text.WriteLine($"queries/s  {Rates(frame.Transports)}");
        text.WriteLine($"rcodes/s   {Rates(frame.Rcodes)}");
        foreach (string warning in frame.Warnings)
        {
            text.WriteLine(terminal.Warning("warning: " + PlainText.Of(warning)));
        }

        Section("Regions", Regions(frame, sort, terminal));
        Section("Names", Names(frame, sort));
        Section(string.Create(CultureInfo.InvariantCulture, $"Clients, of {frame.Sampled} sampled answers"), Clients(frame, sort));
        Section("Overrides", Overrides(frame));
        Section("Events, newest first", Events(frame, terminal));
        return text.ToString().TrimEnd().Split(Environment.NewLine);

        void Section(string title, TextTable table)
        {
            if (!table.IsEmpty)
            {
                text.WriteLine();
                text.WriteLine(terminal.Strong(title));
                table.WriteTo(text, terminal);
            }
        }
    }

    private static TextTable Regions(TopFrame frame, TopSort sort, Terminal terminal)
    {
        var table = new TextTable("REGION", "STATE", "ANSWERS/S", "SHARE", "UP", "REQUESTS/S", "USE", "OVERRIDES");
        foreach (TopRegion region in Sorted(frame.Regions, sort, one => one.Answers, one => one.Region))
        {
            string state = region.State switch { "up" => terminal.Good("up"), "down" => terminal.Bad("down"), _ => terminal.Warning(region.State) };
            table.Add(region.Region, state, region.AnswersPerSecond.ToString("N0", CultureInfo.InvariantCulture), Percent(region.Answers), $"{region.AddressesUp} of {region.Addresses}", region.RequestsPerSecond is { } rps ? rps.ToString("0.#", CultureInfo.InvariantCulture) : "-",
                region.Utilisation is { } use ? Percent(use) : "-", string.Join(", ", region.Overrides));
        }

        return table;
    }

    private static TextTable Names(TopFrame frame, TopSort sort)
    {
        var table = new TextTable("NAME", "ANSWERS/S", "TOTAL");
        foreach (TopRate name in Sorted(frame.Names, sort, one => one.PerSecond, one => one.Name))
        {
            table.Add(name.Name, name.PerSecond.ToString("N0", CultureInfo.InvariantCulture), name.Total.ToString("N0", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static TextTable Clients(TopFrame frame, TopSort sort)
    {
        var table = new TextTable("CLIENT", "PLACE", "SHARE");
        foreach (TopClient client in Sorted(frame.Clients, sort, one => one.Share, one => one.Client))
        {
            table.Add(client.Client, client.Place, Percent(client.Share));
        }

        return table;
    }

    private static TextTable Overrides(TopFrame frame)
    {
        var table = new TextTable("TARGET", "STATE", "PHASE", "BY", "REASON");
        foreach (OverrideView value in frame.Overrides)
        {
            table.Add(value.Target, value.Percent == 100 ? value.State : $"{value.State} {value.Percent} %", OverrideProgress.Phase(value), value.Owner, value.Reason);
        }

        return table;
    }

    private static TextTable Events(TopFrame frame, Terminal terminal)
    {
        var table = new TextTable("AT", "WHAT", "SUBJECT", "CHANGE", "WHY");
        foreach (NodeEvent e in frame.Events.Take(MostEvents))
        {
            string change = e is { From: not null, To: not null } ? $"{PlainText.Of(e.From)} -> {(e.To is "down" ? terminal.Bad("down") : e.To is "up" ? terminal.Good("up") : PlainText.Of(e.To))}" : e.To ?? "";
            table.Add(e.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture), e.Kind, e.Subject, change, e.Detail);
        }

        return table;
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> rows, TopSort sort, Func<T, double> share, Func<T, string> name) =>
        sort == TopSort.Share ? rows.OrderByDescending(share).ThenBy(name, StringComparer.Ordinal) : rows.OrderBy(name, StringComparer.Ordinal);

    /// <summary>The busiest first; of what is idle nothing but its name.</summary>
    private static string Rates(IReadOnlyList<TopRate> rates) => string.Join("  ", rates.Where(one => one.Total > 0).OrderByDescending(one => one.PerSecond)
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} {one.PerSecond:N0}")).DefaultIfEmpty("none yet"));

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
}

/// <summary>What tables of <c>gslb top</c> are ordered by.</summary>
internal enum TopSort
{
    Share,
    Name,
}
