namespace GslbServer;

/// <summary>The doctor's findings for people: one line each, and what to do behind those that are not well.</summary>
internal static class DoctorText
{
    public static void Write(DoctorReport report, TextWriter writer, Terminal terminal)
    {
        foreach (Finding finding in report.Findings)
        {
            string level = finding.Level switch
            {
                FindingLevel.Ok => terminal.Good("ok  "),
                FindingLevel.Warn => terminal.Warning("warn"),
                _ => terminal.Bad("fail"),
            };
            string where = finding.Where.Length > 0 ? $" {finding.Where}" : "";
            string advice = finding.Advice is null ? "" : $"; {finding.Advice}";
            writer.WriteLine($"{level} {finding.Check}{where}: {finding.Message}{advice}");
        }

        int fails = report.Findings.Count(f => f.Level == FindingLevel.Fail), warnings = report.Findings.Count(f => f.Level == FindingLevel.Warn);
        writer.WriteLine(fails + warnings == 0 ? terminal.Good($"{report.Zone} is well") : $"{report.Zone}: {Count(fails, "failure")}, {Count(warnings, "warning")}");
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
