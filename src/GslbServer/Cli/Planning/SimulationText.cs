using System.Globalization;

namespace GslbServer;

/// <summary>A simulation for people.</summary>
internal static class SimulationText
{
    public static void Write(SimulationReport report, bool byCountry, string? svg, TextWriter output, Terminal terminal)
    {
        output.WriteLine($"Clients: {report.Clients}");
        if (report.Node is not null) output.WriteLine($"Node: {report.Node}");
        if (report.Down.Count + report.Drained.Count > 0)
        {
            output.WriteLine("As if: " + string.Join(", ", [.. report.Down.Select(target => $"{target} down"), .. report.Drained.Select(target => $"{target} drained")]));
        }

        foreach (SimulatedName name in report.Names)
        {
            output.WriteLine();
            output.WriteLine($"{terminal.Strong(name.Name)} {name.Type} {name.Policy}");
            var table = byCountry ? new TextTable("REGION", "CLIENTS", "OF WHICH") : new TextTable("REGION", "CLIENTS");
            foreach (SimulatedShare region in name.Regions) Row(region.Region, region.Share, CountriesOf(region.Countries));
            if (name.Static > 0) Row("static records", name.Static, "");
            if (name.Unanswered > 0) Row(terminal.Bad("no answer"), name.Unanswered, "");
            table.WriteTo(output, terminal);

            void Row(string what, double share, string countries) => table.Add(byCountry ? [what, Percent(share), countries] : [what, Percent(share)]);
        }

        output.WriteLine();
        output.WriteLine(report.Names.Count == 1 ? "By region" : "By region, all names");
        var regions = new TextTable("REGION", "SHARE", "LOAD", "CAPACITY", "USE");
        foreach (SimulatedRegion region in report.Regions)
        {
            string use = region.Load is { } load && region.Capacity is > 0 and var capacity ? Percent(load / capacity) : "-";
            regions.Add(region.Region, Percent(region.Share), region.Load is null ? "-" : Number(region.Load.Value), region.Capacity is null ? "-" : Number(region.Capacity.Value),
                region.Load > region.Capacity ? terminal.Bad(use) : use);
        }

        regions.WriteTo(output, terminal);
        if (report.FullAt is { } full) output.WriteLine($"The first region is full at {Number(full)} requests per second in all.");
        foreach (string warning in report.Warnings) output.WriteLine(terminal.Warning($"warning: {warning}"));
        output.WriteLine(terminal.Faint(string.Create(CultureInfo.InvariantCulture, $"{report.Decisions:N0} groups of clients decided in {report.Seconds:0.00} s{(svg is null ? "" : $"; drawn in {svg}")}")));
    }

    internal static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    internal static string CountriesOf(IReadOnlyList<CountryShare> countries) => string.Join(", ", countries.Select(one => $"{one.Country} {one.Share.ToString("0 %", CultureInfo.InvariantCulture)}"));

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
