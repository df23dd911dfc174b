using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The status report as one plain page: no script, nothing from another host.</summary>
internal static class StatusPage
{
    private const string Style = """
        body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#222;background:#fff}
        h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #ddd;vertical-align:top}
        .up{color:#176b2c}.down{color:#a11}.partial,.drained,.warning{color:#8a5a00}code{font-size:.95em}
        @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}th,td{border-color:#444}a{color:#9cf}.up{color:#7c7}.down{color:#f88}.partial,.drained,.warning{color:#fc6}}
        """;

    /// <summary>The browser itself holds what the page promises.</summary>
    public static ValueTask<object?> WithoutAnyScript(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        return next(context);
    }

    public static string Html(StatusReport status)
    {
        var page = new StringBuilder();
        string title = $"{status.Node.Name}: {(status.Healthy ? "healthy" : "degraded")}";
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"5\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Encoded(title)).Append("</title><style>").Append(Style).Append("</style></head><body>")
            .Append("<h1>GslbServer node ").Append(Encoded(status.Node.Name)).Append(status.Node.Region is null ? "" : " in " + Encoded(status.Node.Region)).Append(": ")
            .Append(Word(status.Healthy ? "up" : "down", status.Healthy ? "healthy" : "degraded")).Append("</h1><p>")
            .Append(Encoded($"Version {status.Node.Version}, up {Durations.FormatAge(TimeSpan.FromSeconds(status.Node.UptimeSeconds))}, DNS on {string.Join(", ", status.Node.Listen)}, shared state {status.Mode}."))
            .Append("</p>");
        List(page, status.NotReady.Select(r => "not ready: " + r).Concat(status.Warnings));

        Table(page, "Regions", ["Region", "State", "Address", "Check", "Verdict", "Seen by"], status.Regions.SelectMany(RegionRows));
        Table(page, "Names", ["Name", "Policy", "TTL now", "Targets"], status.Names.Select(n => new[]
        {
            Encoded(n.Owner), Encoded(n.Policy), Number(n.TtlNow) + (n.TtlNow == n.Ttl ? "" : " of " + Number(n.Ttl)),
            string.Join(", ", n.Targets.Select(t => Word(t.State, t.Target))),
        }));
        Table(page, "Overrides", ["Target", "State", "Phase", "By", "Reason", "Age", "Until"], status.Overrides.Select(o => new[]
        {
            Encoded(o.Target), Encoded(o.State + (o.Percent == 100 ? "" : $" {o.Percent} %")), Encoded(OverrideProgress.Phase(o)), Encoded(o.Owner), Encoded(o.Reason),
            Durations.FormatAge(TimeSpan.FromSeconds(o.AgeSeconds)), o.ExpiresAt is { } until ? until.ToString("u", CultureInfo.InvariantCulture) : "undrained",
        }));
        Table(page, "Nodes", ["Node", "Region", "Heard", "Sees up", "Sees down", "Same zones and geodata"], status.Vantages.Select(v => new[]
        {
            Encoded(v.Node), Encoded(v.Region ?? ""), v.Self ? "this node" : Durations.FormatAge(TimeSpan.FromSeconds(v.AgeSeconds)) + " ago", Number(v.Up), Number(v.Down),
            v.SameConfig ? "yes" : Word("down", "no"),
        }));
        Table(page, "Stores", ["Store", "State", "Last read"], status.Stores.Select(s => new[]
        {
            Encoded(s.Name), s.Reachable ? Word("up", "reachable") : Word("down", s.Error ?? "unreachable"), Durations.FormatAge(TimeSpan.FromSeconds(s.SinceLastReadSeconds)) + " ago",
        }));
        Table(page, "Zones", ["Zone", "Serial", "Hash"], status.Zones.Select(z => new[] { Encoded(z.Name), Number(z.Serial), $"<code>{Encoded(z.Hash)}</code>" }));
        page.Append("<h2>More</h2><p>");
        foreach (string link in (string[])["/api/v1/status", "/api/v1/overrides", "/api/v1/events", "/metrics", "/readyz", "/openapi/v1.json"])
        {
            page.Append("<a href=\"").Append(link).Append("\">").Append(link).Append("</a> ");
        }

        return page.Append("</p></body></html>").ToString();
    }

    private static IEnumerable<string[]> RegionRows(RegionStatus region)
    {
        string name = Encoded(region.Label) + (region.Overrides.Count == 0 ? "" : " " + Word("warning", "(override)"));
        return region.Checks.Count == 0 ? [[name, Word(region.State, region.State), Encoded(string.Join(", ", region.Addresses)), "", "", ""]]
            : region.Checks.Select((check, i) => new[]
            {
                i == 0 ? name : "", i == 0 ? Word(region.State, region.State) : "", Encoded(check.Address), Encoded(check.Check),
                Word(check.Verdict, check.Verdict), Encoded(string.Join("; ", check.Observations.Select(o => $"{o.Node}: {o.Detail}"))),
            });
    }

    private static void List(StringBuilder page, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            page.Append("<p class=\"warning\">").Append(Encoded(line)).Append("</p>");
        }
    }

    /// <param name="rows">Cells are HTML already.</param>
    private static void Table(StringBuilder page, string title, string[] headings, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        page.Append("<h2>").Append(title).Append("</h2><table><tr>");
        foreach (string heading in headings)
        {
            page.Append("<th>").Append(heading).Append("</th>");
        }

        page.Append("</tr>");
        foreach (string[] row in all)
        {
            page.Append("<tr><td>").AppendJoin("</td><td>", row).Append("</td></tr>");
        }

        page.Append("</table>");
    }

    private static string Word(string kind, string text) => $"<span class=\"{Encoded(kind)}\">{Encoded(text)}</span>";

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
