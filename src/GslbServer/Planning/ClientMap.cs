using System.Globalization;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A map of the world on which every place has the colour of the region that answers it.</summary>
internal static class ClientMap
{
    private const int Cell = 6, Width = WorldCell.Columns * Cell, Height = WorldCell.Rows * Cell, Head = 36, LegendRow = 20, PerRow = 4;

    // Okabe and Ito's colours, which people with any colour vision can tell apart, then darker ones of them.
    private static readonly string[] Colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#004a75", "#9a6a00", "#00664a", "#8a4b70", "#8f3f00"];

    /// <param name="shares">With cells counted.</param>
    public static string Draw(Topology topology, IReadOnlyList<NameShares> shares)
    {
        int legend = ((topology.Regions.Length + PerRow - 1) / PerRow * LegendRow) + 16, panel = Head + Height + legend;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {panel * shares.Count}\" font-family=\"sans-serif\" font-size=\"13\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        for (int i = 0; i < shares.Count; i++)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {i * panel})\">");
            Panel(svg, topology, shares[i]);
            svg.AppendLine("</g>");
        }

        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, Topology topology, NameShares shares)
    {
        Text(svg, 10, 24, topology.Names[shares.Name].Owner, "font-size=\"17\"");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect y=\"{Head}\" width=\"{Width}\" height=\"{Height}\" fill=\"#f4f6f8\"/>");
        Land(svg);
        (int Cell, int Region, double Weight)[] cells = [.. shares.Cells()];
        double most = cells.Select(cell => cell.Weight).DefaultIfEmpty(1).Max();
        foreach ((int cell, int region, double weight) in cells)
        {
            // The weight is the opacity, by its logarithm: a city must not hide a country.
            double opacity = Math.Clamp(1 + (Math.Log10(weight / most) / 5), 0.25, 1);
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<rect x=\"{cell % WorldCell.Columns * Cell}\" y=\"{Head + (cell / WorldCell.Columns * Cell)}\" width=\"{Cell}\" height=\"{Cell}\" fill=\"{Colour(region)}\" opacity=\"{opacity:0.00}\"/>");
        }

        double total = Math.Max(shares.Total, double.Epsilon);
        for (int region = 0; region < topology.Regions.Length; region++)
        {
            Region one = topology.Regions[region];
            double share = shares.OfRegion(region) / total, x = (one.Longitude + 180) / 360 * Width, y = Head + ((90 - one.Latitude) / 180 * Height);
            if (share > 0)
            {
                svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{4 + (24 * Math.Sqrt(share)):0.#}\" fill=\"none\" stroke=\"#222222\" stroke-width=\"1.5\"/>");
                svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3.5\" fill=\"{Colour(region)}\" stroke=\"#222222\"/>");
            }

            int column = region % PerRow * (Width / PerRow), row = Head + Height + 20 + (region / PerRow * LegendRow);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<rect x=\"{column + 10}\" y=\"{row - 10}\" width=\"12\" height=\"12\" fill=\"{Colour(region)}\"/>");
            Text(svg, column + 28, row, string.Create(CultureInfo.InvariantCulture, $"{one.Label}: {share:0.0 %}"), "");
        }
    }

    /// <summary>Where nobody asks the map would be empty, and nobody would know it for a map.</summary>
    private static void Land(StringBuilder svg)
    {
        svg.Append("<path fill=\"#d9dee3\" d=\"");
        for (int row = 0; row < WorldCell.Rows; row++)
        {
            for (int column = 0, begin; column < WorldCell.Columns; column++)
            {
                if (!LandMask.IsLand((row * WorldCell.Columns) + column)) continue;
                for (begin = column; column + 1 < WorldCell.Columns && LandMask.IsLand((row * WorldCell.Columns) + column + 1);) column++;
                svg.Append(CultureInfo.InvariantCulture, $"M{begin * Cell} {Head + (row * Cell)}h{(column + 1 - begin) * Cell}v{Cell}H{begin * Cell}z");
            }
        }

        svg.AppendLine("\"/>");
    }

    private static string Colour(int region) => region < 0 ? "#444444" : Colours[region % Colours.Length];

    private static void Text(StringBuilder svg, int x, int y, string text, string style) =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" fill=\"#222222\" {style}>{System.Net.WebUtility.HtmlEncode(text)}</text>");
}
