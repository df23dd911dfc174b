using System.Collections.Immutable;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Round trips that an operator brought: kept beside what is measured, worth half as many samples every 7 days, told to the other nodes with each epoch, and saved,
/// so that a restart keeps them. Thread-safe.</summary>
internal sealed class ImportedTable(string? file, TimeProvider time)
{
    private const int MostRows = 400_000;

    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly Dictionary<(LatencyKey Key, string Region), Entry> _entries = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Newer rows replace those of the same client and region; the rest stays.</summary>
    /// <param name="problem">Why it is refused, or that it could not be saved.</param>
    /// <returns>False where nothing is taken over.</returns>
    public bool TryPut(IReadOnlyList<LatencyCsvRow> rows, out string? problem)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            int added = rows.Count(row => !_entries.ContainsKey((row.Key, row.Region)));
            if (_entries.Count + added > MostRows)
            {
                problem = $"{_entries.Count + added} rows; at most {MostRows} are kept.";
                return false;
            }

            foreach (LatencyCsvRow row in rows)
                _entries[(row.Key, row.Region)] = new Entry(LatencyRow.Tenths(row.Milliseconds), (ushort)Math.Min(row.Samples, ushort.MaxValue), now);
            problem = Save(now);
            return true;
        }
    }

    /// <summary>A table with what is measured, and these rows where nothing is.</summary>
    public LatencyRows AddTo(LatencyRows measured)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            Forget(now);
            if (_entries.Count == 0)
                return measured;
            HashSet<(LatencyKey, byte)> own = [.. measured.Rows.Select(row => (row.Key, row.Region))];
            ImmutableArray<LatencyRow> all = [.. Rows(measured.Regions, now, SamplesAt).Where(row => !own.Contains((row.Key, row.Region))).Concat(measured.Rows)];
            return measured with { Rows = all.Sort(LatencyRow.InOrder) };
        }
    }

    /// <summary>Reads what was saved.</summary>
    /// <returns>What is wrong with the file, which then is not used; null otherwise.</returns>
    public string? Load()
    {
        if (file is null || !File.Exists(file))
            return null;
        try
        {
            if (LatencyRowsCodec.Decode(File.ReadAllBytes(file), out string problem) is not { } saved)
                return $"{file}: {problem}. The file is not used";
            DateTimeOffset at = DateTimeOffset.UnixEpoch.AddMinutes(saved.Epoch);
            lock (_gate)
            {
                foreach (LatencyRow row in saved.Rows)
                    _entries[(row.Key, saved.Regions[row.Region])] = new Entry(row.Median, row.Samples, at.AddMinutes(-row.AgeMinutes));
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file}: {e.Message}";
        }
    }

    /// <summary>Rows that are worth less than half a sample are gone.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach ((LatencyKey, string) gone in _entries.Where(entry => SamplesAt(entry.Value, now) == 0).Select(entry => entry.Key).ToList())
            _entries.Remove(gone);
    }

    /// <summary>A row says how many samples it rests on; of an import five count at most.</summary>
    private static ushort SamplesAt(Entry entry, DateTimeOffset now)
        => (ushort)Math.Round(Math.Min(LatencyOptions.ImportedSamples, (int)entry.Samples) * Math.Pow(0.5, Math.Max(0, (now - entry.At) / HalfLife)), MidpointRounding.AwayFromZero);

    private IEnumerable<LatencyRow> Rows(ImmutableArray<string> regions, DateTimeOffset now, Func<Entry, DateTimeOffset, ushort> samples)
    {
        foreach (((LatencyKey key, string region), Entry entry) in _entries)
        {
            int ordinal = regions.IndexOf(region);
            TimeSpan age = now - entry.At;
            if (ordinal >= 0)
                yield return new LatencyRow(key, (byte)ordinal, LatencySource.Import, samples(entry, now), entry.Tenths, 0, (ushort)Math.Max(0, age.TotalMinutes));
        }
    }

    /// <summary>As rows of an epoch of one minute, which says when.</summary>
    private string? Save(DateTimeOffset now)
    {
        if (file is null)
            return null;
        try
        {
            ImmutableArray<string> regions = [.. _entries.Keys.Select(key => key.Region).Distinct().Order(StringComparer.Ordinal).Take(LatencyOptions.MaxRegions)];
            var rows = new LatencyRows("import", (uint)(now.ToUnixTimeSeconds() / 60), regions, Rows(regions, now, (entry, _) => entry.Samples).ToImmutableArray().Sort(LatencyRow.InOrder), []);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".");
            File.WriteAllBytes(file + ".next", LatencyRowsCodec.Encode(rows));
            File.Move(file + ".next", file, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"in force until this node stops, but not saved: {e.Message}";
        }
    }

    private readonly record struct Entry(ushort Tenths, ushort Samples, DateTimeOffset At);
}
