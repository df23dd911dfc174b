namespace GslbServer.Dns;

/// <summary>A zone as written: every record that could be read, in file order, and everything that is wrong with it.</summary>
/// <param name="Soa">Null where there is none (then a diagnostic says so).</param>
public sealed record ZoneFile(string Path, ZoneRecord? Soa, ZoneRecords Records, IReadOnlyList<ZoneDiagnostic> Diagnostics)
{
    /// <summary>Owner of the SOA; null without one.</summary>
    public DomainName? Apex => Soa?.Owner;

    /// <summary>The SOA's serial, 0 without one.</summary>
    public uint Serial => Soa is null ? 0 : SoaRdata.Read(Soa.Rdata).Serial;

    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);
}
