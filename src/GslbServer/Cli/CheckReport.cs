using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What <c>gslb check --json</c> prints.</summary>
/// <param name="Ok">Serve would take these zones.</param>
/// <param name="Failover">Of each steered name; empty with errors.</param>
internal sealed record CheckReport(bool Ok, IReadOnlyList<CheckedFile> Files, IReadOnlyList<CheckFinding> Findings, IReadOnlyList<FailoverTime> Failover)
{
    public static CheckReport Of(LoadedZones loaded) => new(loaded is { Zones: not null, Topology: not null }, [.. loaded.Files.Select(file => new CheckedFile(file.Path, file.Apex?.ToString(), file.Serial, file.Records.Count))],
        [.. loaded.Diagnostics.Select(CheckFinding.Of)], [.. loaded.Topology?.Names.Select(FailoverTime.Of) ?? []]);
}

internal sealed record CheckedFile(string File, string? Zone, uint Serial, int Records);

/// <param name="Line">From 1; 0 where the finding is about the whole file. <paramref name="Column"/> likewise.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
internal sealed record CheckFinding(string File, int Line, int Column, string Severity, string Message)
{
    public static CheckFinding Of(ZoneDiagnostic diagnostic) => new(diagnostic.Position.File, diagnostic.Position.Line, diagnostic.Position.Column,
        diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning", diagnostic.Message);
}

/// <summary>How long a resolver that honours TTLs can hand out an address that died, in seconds.</summary>
/// <param name="DetectionSeconds">Detection and publication; null for a name without a check, which never fails over.</param>
/// <param name="WorstCaseSeconds">With the TTL; null as above.</param>
/// <param name="RtoSeconds">What the name promises; null for nothing.</param>
internal sealed record FailoverTime(string Name, string Policy, double? DetectionSeconds, double TtlSeconds, double? WorstCaseSeconds, double? RtoSeconds)
{
    public static FailoverTime Of(SteeredName name)
    {
        bool isChecked = name.Detection > TimeSpan.Zero;
        return new FailoverTime(name.Owner, name.Policy.ToString().ToLowerInvariant(), isChecked ? (name.WorstCaseFailover - name.FailoverTtl).TotalSeconds : null, name.FailoverTtl.TotalSeconds,
            isChecked ? name.WorstCaseFailover.TotalSeconds : null, name.Rto?.TotalSeconds);
    }
}
