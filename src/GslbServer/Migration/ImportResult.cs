namespace GslbServer;

/// <summary>What came of an import.</summary>
/// <param name="Notes">What concerns no zone alone.</param>
internal sealed record ImportResult(IReadOnlyList<ImportedZone> Zones, params IReadOnlyList<ImportNote> Notes)
{
    public IEnumerable<ImportNote> AllNotes => Zones.SelectMany(zone => zone.Notes).Concat(Notes).Distinct();
}
