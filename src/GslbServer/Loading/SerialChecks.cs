using GslbServer.Dns;

namespace GslbServer;

/// <summary>Warns of a zone that changed while its serial did not rise: whoever compares serials (secondaries, people) would not notice.</summary>
internal static class SerialChecks
{
    public static IEnumerable<ZoneDiagnostic> Compare(ZoneSet before, IReadOnlyList<ZoneFile> files, ZoneSet now)
    {
        Dictionary<DomainName, Zone> old = before.Zones.ToDictionary(zone => zone.Apex);
        HashSet<DomainName> read = [.. files.Select(file => file.Apex).OfType<DomainName>()];
        foreach (Zone zone in now.Zones.Where(zone => read.Contains(zone.Apex)))
        {
            if (old.TryGetValue(zone.Apex, out Zone? was) && zone.Hash != was.Hash && !SerialNumber.IsHigher(zone.Serial, was.Serial))
            {
                yield return new ZoneDiagnostic(DiagnosticSeverity.Warning, SoaOf(zone.Apex, files),
                    $"zone {zone.Apex} changed, but its serial {zone.Serial} {(zone.Serial == was.Serial ? "stayed" : $"fell from {was.Serial}")}; expected a higher one, or nobody who compares serials notices");
            }
        }
    }

    private static SourcePosition SoaOf(DomainName apex, IReadOnlyList<ZoneFile> files) =>
        files.Select(file => file.Soa).OfType<ZoneRecord>().First(soa => apex.Equals(soa.Owner)).Position;
}
