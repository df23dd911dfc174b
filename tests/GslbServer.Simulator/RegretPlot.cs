using System.Globalization;
using System.Text;

namespace GslbServer.Simulator;

/// <summary>Regret before and after as an SVG: which share of traffic is served how much farther than need be.</summary>
internal static class RegretPlot
{
    private const double Width = 640, Height = 360, Left = 60, Bottom = 40, Top = 30, MostMs = 100;

    public static string Draw(Figures figures)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<title>Traffic served farther than its best region</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"18\">Traffic (%) sent to a region farther than the best by more than ... ms; seed {figures.Seed}{(figures.IsHard ? ", hard" : "")}</text>\n");
        double most = Math.Max(1, Above(figures.Geo, 1) * 1.1);
        for (int ms = 0; ms <= MostMs; ms += 20)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(ms):0.0}\" x2=\"{X(ms):0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#ddd\"/><text x=\"{X(ms):0.0}\" y=\"{Height - 20}\" text-anchor=\"middle\">{ms}</text>\n");
        for (int line = 0; line <= 4; line++)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - 10}\" y1=\"{Y(most * line / 4):0.0}\" y2=\"{Y(most * line / 4):0.0}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(most * line / 4) + 4:0.0}\" text-anchor=\"end\">{most * line / 4:0.0}</text>\n");
        Curve("by geography", figures.Geo, "#c0392b", 0);
        Curve("measured, 5 samples", figures.Of(5), "#e67e22", 1);
        Curve("measured, 10 samples", figures.Of(10), "#2471a3", 2);
        return svg.Append("</svg>\n").ToString();

        void Curve(string label, Accuracy accuracy, string colour, int row)
        {
            string points = string.Join(' ', Enumerable.Range(1, (int)MostMs).Select(ms => string.Create(CultureInfo.InvariantCulture, $"{X(ms):0.0},{Y(Above(accuracy, ms)):0.0}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - 30}\" y=\"{Top + 20 + (row * 18)}\" text-anchor=\"end\" fill=\"{colour}\">{label}: mean {accuracy.MeanRegret:0.00} ms</text>\n");
        }

        double Y(double percent) => Height - Bottom - (Math.Min(percent, most) / most * (Height - Bottom - Top));
    }

    private static double X(double ms) => Left + (ms / MostMs * (Width - Left - 10));

    private static double Above(Accuracy accuracy, double ms)
        => 100 * accuracy.Regrets.Where(regret => regret.Ms > ms).Sum(regret => regret.Weight) / accuracy.Regrets.Sum(regret => regret.Weight);
}
