using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Round trips as read from the stores: of each writer the newest tables, of each epoch one map. All the logic and no I/O. Thread-safe.</summary>
/// <param name="epoch">Length of an epoch.</param>
internal sealed class LatencyTables(TimeSpan epoch, TimeProvider time)
{
    /// <summary>Enough for nodes that decide a little early or late to decide from the same.</summary>
    private const int KeptPerWriter = 3, KeptMaps = 3;

    private const int MaxWriters = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedList<uint, LatencyRows>> _byWriter = new(StringComparer.Ordinal);
    private readonly SortedList<uint, Dictionary<string, LatencyMap>> _maps = [];
    private readonly HashSet<(string Store, LatencyTableName Name)> _seen = [];
    private LatencyMap? _local;
    private long _refused;

    /// <summary>Tables and maps that were damaged, foreign, under a name not theirs, or of a time to come.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public uint Epoch => LatencyTableName.EpochAt(time.GetUtcNow(), epoch);

    /// <summary>The map in force: of the newest epoch that a store has one for, or this node's own where that is newer. One of a time to come (a clock was wrong) counts
    /// only where there is no other.</summary>
    public LatencyMap? Map
    {
        get
        {
            uint latest = Epoch + 1;
            lock (_lock)
            {
                IEnumerable<LatencyMap> candidates = _maps.Values.Select(Lowest);
                if (_local is { } local && !_maps.ContainsKey(local.Epoch))
                    candidates = candidates.Append(local);
                return candidates.OrderBy(map => map.Epoch <= latest).ThenBy(map => map.Epoch).LastOrDefault();
            }
        }
    }

    /// <summary>The newest table of each writer that is not newer than an epoch.</summary>
    public IReadOnlyList<LatencyRows> UpTo(uint epoch)
    {
        lock (_lock)
            return [.. _byWriter.Values.Select(tables => tables.LastOrDefault(table => table.Key <= epoch).Value).Where(rows => rows is not null).OrderBy(rows => rows.Writer, StringComparer.Ordinal)];
    }

    /// <summary>Which of these are worth reading: the newest of each writer, and the newest maps, of those never read from this store.</summary>
    public IReadOnlyList<LatencyTableName> Wanted(string store, IReadOnlyList<LatencyTableName> listed)
    {
        uint now = Epoch;
        lock (_lock)
        {
            Forget(now);
            _seen.RemoveWhere(seen => seen.Store == store && !listed.Contains(seen.Name));
            foreach (LatencyTableName early in listed.Where(name => name.Epoch > now + 1 && _seen.Add((store, name))))
                _refused++;
            return [.. listed.Where(name => name.Epoch <= now + 1 && Age(now, name.Epoch) <= Keys.LatencyLifetime).GroupBy(name => name.Writer)
                .SelectMany(ofWriter => ofWriter.OrderByDescending(name => name.Epoch).Take(ofWriter.Key.Length == 0 ? KeptMaps : KeptPerWriter))
                .Where(name => !_seen.Contains((store, name)) && !Holds(name))];
        }
    }

    /// <param name="problem">Why it was refused, for people; empty when it was not.</param>
    /// <returns>Whether there is something new.</returns>
    public bool Take(string store, LatencyTableName name, ReadOnlySpan<byte> octets, out string problem)
    {
        LatencyRows? rows = null;
        LatencyMap? map = null;
        if (name.IsMap)
            map = LatencyMap.Decode(octets, out problem);
        else
            rows = LatencyRowsCodec.Decode(octets, out problem);
        if (problem.Length == 0 && ((map?.Epoch ?? rows?.Epoch) != name.Epoch || (rows is not null && rows.Writer != name.Writer)))
            problem = "it says that it is another's";
        lock (_lock)
        {
            _seen.Add((store, name));
            if (problem.Length > 0)
                _refused++;
            else if (rows is not null)
                return Keep(rows);
            else if (map is not null)
                return Keep(store, map);
            return false;
        }
    }

    /// <summary>This process's own rows, known here at once.</summary>
    public bool Take(LatencyRows own)
    {
        lock (_lock)
            return Keep(own);
    }

    /// <summary>A map that no store is known to have: decided here, or from the disk. It counts until a store has one of its epoch.</summary>
    public bool TakeLocal(LatencyMap map)
    {
        lock (_lock)
        {
            bool isNews = _local?.Hash != map.Hash;
            _local = map;
            return isNews;
        }
    }

    private bool Keep(LatencyRows rows)
    {
        if (!_byWriter.TryGetValue(rows.Writer, out SortedList<uint, LatencyRows>? tables))
        {
            if (_byWriter.Count == MaxWriters)
                return false;
            _byWriter[rows.Writer] = tables = [];
        }

        if (!tables.TryAdd(rows.Epoch, rows))
            return false;
        if (tables.Count > KeptPerWriter)
            tables.RemoveAt(0);
        return true;
    }

    private bool Keep(string store, LatencyMap map)
    {
        LatencyMap? before = _maps.TryGetValue(map.Epoch, out Dictionary<string, LatencyMap>? maps) ? Lowest(maps) : null;
        if (maps is null)
            _maps[map.Epoch] = maps = [];
        maps[store] = map;
        if (_maps.Count > KeptMaps)
            _maps.RemoveAt(0);
        return before is null || Lowest(maps).Hash != before.Hash;
    }

    /// <summary>Several stores may each have taken another node's map of an epoch; all nodes must choose the same.</summary>
    private static LatencyMap Lowest(Dictionary<string, LatencyMap> maps) => maps.Values.OrderBy(map => map.Hash, StringComparer.Ordinal).First();

    private bool Holds(LatencyTableName name) => !name.IsMap && _byWriter.TryGetValue(name.Writer, out SortedList<uint, LatencyRows>? tables) && tables.ContainsKey(name.Epoch);

    private void Forget(uint now)
    {
        foreach (string gone in _byWriter.Where(writer => Age(now, writer.Value.GetKeyAtIndex(writer.Value.Count - 1)) > Keys.LatencyLifetime).Select(writer => writer.Key).ToList())
            _byWriter.Remove(gone);
    }

    private TimeSpan Age(uint now, uint then) => now > then ? (now - then) * epoch : TimeSpan.Zero;
}
