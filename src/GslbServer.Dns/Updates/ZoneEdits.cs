using System.Collections.Immutable;

namespace GslbServer.Dns;

/// <summary>All that updates have changed in one zone, beside its file. Frozen. Two of them merge record by record, so that it does not matter which node an update came to, nor in what order nodes hear of it.</summary>
public sealed class ZoneEdits
{
    private readonly ImmutableDictionary<EditKey, ZoneEdit> _edits;

    private ZoneEdits(DomainName apex, uint? serial, ImmutableDictionary<EditKey, ZoneEdit> edits) => (Apex, Serial, _edits) = (apex, serial, edits);

    public DomainName Apex { get; }

    /// <summary>The serial of the zone after the last of them; a zone whose file has a lower one is served with this. Null: no update yet.</summary>
    public uint? Serial { get; }

    public int Count => _edits.Count;

    /// <summary>In the order of names.</summary>
    public IReadOnlyList<ZoneEdit> All => [.. _edits.Values.OrderBy(e => e.Owner).ThenBy(e => e.Type).ThenBy(e => e.Key.Rdata, StringComparer.Ordinal)];

    /// <summary>The highest revision; empty without edits.</summary>
    public string Highest => _edits.Values.Select(e => e.Revision).DefaultIfEmpty("").Max(StringComparer.Ordinal)!;

    public static ZoneEdits None(DomainName apex) => new(apex, null, ImmutableDictionary<EditKey, ZoneEdit>.Empty);

    /// <summary>With more edits; of one record the higher revision counts.</summary>
    /// <param name="serial">The zone's after them; null leaves it.</param>
    public ZoneEdits With(IEnumerable<ZoneEdit> edits, uint? serial)
    {
        ImmutableDictionary<EditKey, ZoneEdit>.Builder all = _edits.ToBuilder();
        foreach (ZoneEdit edit in edits)
        {
            if (!all.TryGetValue(edit.Key, out ZoneEdit? known) || string.CompareOrdinal(edit.Revision, known.Revision) > 0) all[edit.Key] = edit;
        }
        return new ZoneEdits(Apex, Serial is { } mine && serial is { } other && !SerialNumber.IsHigher(other, mine) ? mine : serial ?? Serial, all.ToImmutable());
    }

    public ZoneEdits Merge(ZoneEdits other) => With(other._edits.Values, other.Serial);

    /// <summary>Without the edits that need not be remembered any longer.</summary>
    public ZoneEdits Without(Func<ZoneEdit, bool> forgotten) => new(Apex, Serial, _edits.RemoveRange(_edits.Values.Where(forgotten).Select(e => e.Key)));

    /// <summary>Those that another has not, or not as new.</summary>
    public IReadOnlyList<ZoneEdit> NewerThan(ZoneEdits other)
        => [.. _edits.Values.Where(e => !other._edits.TryGetValue(e.Key, out ZoneEdit? known) || string.CompareOrdinal(e.Revision, known.Revision) > 0)];

    internal ZoneEdit? Find(EditKey key) => _edits.GetValueOrDefault(key);
}
