using System.Collections.Immutable;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The last changes of all zones. Written by whoever puts zones in force, read by transfers.</summary>
internal sealed class ZoneJournals
{
    private volatile ImmutableDictionary<DomainName, ZoneJournal> _journals = ImmutableDictionary<DomainName, ZoneJournal>.Empty;

    /// <summary>Changes that lead from a serial to this very zone; empty where they are not known.</summary>
    public IReadOnlyList<ZoneChange> Since(Zone zone, uint serial)
    {
        IReadOnlyList<ZoneChange> changes = (_journals.GetValueOrDefault(zone.Apex) ?? ZoneJournal.Empty).Since(serial);
        return changes.Count > 0 && changes[^1].ToSerial == zone.Serial ? changes : [];
    }

    public void Add(DomainName apex, ZoneChange change) => _journals = _journals.SetItem(apex, (_journals.GetValueOrDefault(apex) ?? ZoneJournal.Empty).With(change));

    public void Forget(DomainName apex) => _journals = _journals.Remove(apex);
}
