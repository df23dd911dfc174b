namespace GslbServer.Dns;

/// <summary>A zone as written: every record that could be read, in file order, and everything that is wrong with it.</summary>
/// <param name="Apex">Owner of the SOA; null where there is none (then a diagnostic says so).</param>
/// <param name="Serial">The SOA's serial, 0 without one.</param>
public sealed record ZoneFile(string Path, DomainName? Apex, uint Serial, ZoneRecords Records, IReadOnlyList<ZoneDiagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);
}
