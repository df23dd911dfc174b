namespace GslbServer.Dns;

/// <summary>What RFC 1034, 1035, 2181, 2308 forbid in a zone, and what the zone language forbids of where its records stand: STEER beside CNAME, two STEER,
/// REGION or CHECK at one name, STEER beside NS below the apex, under a cut or a DNAME, REGION or CHECK below a wildcard.</summary>
public static class ZoneChecks
{
    /// <summary>All that is wrong between the records of a zone, in no particular order. What a single record may not be, its reading has said already.</summary>
    /// <param name="apex">Owner of the SOA.</param>
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneRecords records) => Check(apex, new ZoneNames(records));

    internal static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
        => ApexChecks.Check(apex, names)
            .Concat(AliasChecks.Check(apex, names))
            .Concat(DelegationChecks.Check(apex, names))
            .Concat(SteeringPlacementChecks.Check(apex, names))
            .Concat(TargetChecks.Check(apex, names));

    internal static ZoneDiagnostic Error(ZoneRecord record, string message) => new(DiagnosticSeverity.Error, record.Position, message);

    internal static ZoneDiagnostic Warning(ZoneRecord record, string message) => new(DiagnosticSeverity.Warning, record.Position, message);
}
