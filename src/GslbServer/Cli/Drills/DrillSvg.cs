using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A drill as a timeline: a row for each node, bars for what lasted, marks for what happened.</summary>
internal static class DrillSvg
{
    private const int Left = 140, Width = 900, Top = 60, RowHeight = 34, BarHeight = 14, LegendHeight = 60, PlotHeight = 90;

    private static readonly int[] Factors = [1, 2, 5, 10];

    /// <summary>What a row shows: from one kind of mark to another, and its colour.</summary>
    private static readonly (string From, string[] To, string Colour, string Name)[] Bars =
    [
        (DrillMarks.FailedProbe, [DrillMarks.Down, DrillMarks.Ended], "#f5c26b", "probes fail, verdict still up"),
        (DrillMarks.Down, [DrillMarks.Up], "#d9534f", "verdict down"),
        (DrillMarks.Up, [DrillMarks.FullTtl], "#8fc1e3", "up, returning"),
    ];

    private static readonly (string Kind, string Colour, string Name)[] Points =
    [
        (DrillMarks.ShortTtl, "#8a6d3b", "short TTL"), (DrillMarks.NewAnswer, "#2d6a2d", "first new answer"), (DrillMarks.Ended, "#333333", "drill ended"), (DrillMarks.OldAnswer, "#1f5f99", "old answer again"),
    ];

    public static string Draw(DrillReport report)
    {
        double end = Math.Max(1_000, report.Nodes.SelectMany(node => node.Marks).Select(mark => mark.LastMs).Concat(report.Traffic.Select(sample => sample.AtMs)).DefaultIfEmpty(0).Max() * 1.05);
        int rows = Top + (report.Nodes.Count * RowHeight), plot = report.Traffic.Count > 1 ? PlotHeight : 0;
        int height = rows + plot + LegendHeight + 20;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + Width + 40} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        Text(svg, 10, 22, $"Drill {report.Id}: {report.Region}, {report.State}", "font-size=\"16\"");
        Axis(svg, end, rows + plot);
        for (int row = 0; row < report.Nodes.Count; row++)
        {
            Row(svg, report.Nodes[row], Top + (row * RowHeight), end);
        }

        if (plot > 0)
        {
            Plot(svg, report, rows + PlotHeight - 10, end);
        }

        Legend(svg, rows + plot + 34);
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void Axis(StringBuilder svg, double end, int bottom)
    {
        double step = Step(end);
        for (double at = 0; at <= end; at += step)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{X(at, end):0.#}\" y1=\"{Top - 8}\" x2=\"{X(at, end):0.#}\" y2=\"{bottom}\" stroke=\"#dddddd\"/>");
            Text(svg, X(at, end), Top - 14, string.Create(CultureInfo.InvariantCulture, $"{at / 1000:0.#} s"), "text-anchor=\"middle\" fill=\"#666666\"");
        }
    }

    private static void Row(StringBuilder svg, DrillNodeReport node, int y, double end)
    {
        Text(svg, 10, y + BarHeight, node.Node);
        foreach ((string from, string[] to, string colour, _) in Bars)
        {
            if (node.Marks.FirstOrDefault(mark => mark.Kind == from) is not { } start)
            {
                continue;
            }

            double until = to.Select(kind => node.Marks.FirstOrDefault(mark => mark.Kind == kind)?.FirstMs).FirstOrDefault(found => found is not null) ?? end;
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<rect x=\"{X(start.FirstMs, end):0.#}\" y=\"{y}\" width=\"{Math.Max(1, X(until, end) - X(start.FirstMs, end)):0.#}\" height=\"{BarHeight}\" fill=\"{colour}\"/>");
        }

        foreach ((string kind, string colour, string name) in Points)
        {
            if (node.Marks.FirstOrDefault(mark => mark.Kind == kind) is { } point)
            {
                svg.AppendLine(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{X(point.FirstMs, end):0.#}\" cy=\"{y + (BarHeight / 2)}\" r=\"5\" fill=\"{colour}\"><title>{WebUtility.HtmlEncode(node.Node)}: {name} after {point.FirstMs / 1000:0.0} s</title></circle>");
            }
        }
    }

    /// <summary>Requests per second: at the drilled region, and elsewhere.</summary>
    private static void Plot(StringBuilder svg, DrillReport report, int bottom, double end)
    {
        const int top = PlotHeight - 30;
        double most = Math.Max(1, report.Traffic.Max(sample => Math.Max(sample.OldRps, sample.NewRps)));
        Line(sample => sample.OldRps, "#d9534f", report.Region, bottom - top + 20);
        Line(sample => sample.NewRps, "#2d6a2d", "elsewhere", bottom - top + 36);
        Text(svg, 10, bottom - top + 4, string.Create(CultureInfo.InvariantCulture, $"to {most:0.#} requests/s"), "fill=\"#666666\"");

        void Line(Func<DrillTraffic, double> rps, string colour, string name, int y)
        {
            IEnumerable<string> points = report.Traffic.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{X(sample.AtMs, end):0.#},{bottom - (rps(sample) / most * top):0.#}"));
            svg.AppendLine(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            Text(svg, 10, y, name, $"fill=\"{colour}\"");
        }
    }

    private static void Legend(StringBuilder svg, int y)
    {
        double x = Left;
        foreach ((string colour, string name, bool isBar) in Bars.Select(bar => (bar.Colour, bar.Name, true)).Concat(Points.Select(point => (point.Colour, point.Name, false))))
        {
            svg.AppendLine(isBar ? string.Create(CultureInfo.InvariantCulture, $"<rect x=\"{x:0}\" y=\"{y - 9}\" width=\"14\" height=\"10\" fill=\"{colour}\"/>")
                : string.Create(CultureInfo.InvariantCulture, $"<circle cx=\"{x + 6:0}\" cy=\"{y - 4}\" r=\"5\" fill=\"{colour}\"/>"));
            Text(svg, x + 18, y, name);
            x += 36 + (name.Length * 6.2);
        }
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string attributes = "") =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>");

    private static double X(double at, double end) => Left + (at / end * Width);

    /// <summary>1, 2 or 5 times a power of ten, for about ten lines.</summary>
    private static double Step(double end)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(end / 10)));
        return Factors.Select(factor => factor * power).First(step => end / step <= 10);
    }
}
