using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Last known state in the node's state directory: overrides, this node's own verdicts, the map of round trips, the drills of late. Written by rename, so that a half-written file is never read.
/// Saving throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the directory cannot be written; loading never throws.</summary>
public sealed class DiskState(string directory, TimeProvider? time = null)
{
    private const string OverridesFile = "overrides.json", ReportsFile = "reports.json", LatencyFile = "latency.map", HealthFile = "health.json", DrillsFile = "drills.json";

    /// <summary>Observations older than this say nothing of the present.</summary>
    private static readonly TimeSpan ObservationsKeep = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan VerdictsKeep = TimeSpan.FromDays(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Directory { get; } = directory;

    /// <summary>What loading left out and why, one line each; empty when all was read.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Returns once the data is on the medium.</summary>
    public void SaveOverrides(IReadOnlyList<OperatorOverride> overrides) =>
        Save(OverridesFile, new DiskRecord(StateJson.Version, _time.GetUtcNow(), Overrides: [.. overrides.Select(OverrideRecord.From)]), durable: true);

    public IReadOnlyList<OperatorOverride> LoadOverrides()
    {
        var loaded = new List<OperatorOverride>();
        foreach (OverrideRecord? record in Load(OverridesFile)?.Overrides ?? [])
            Keep(loaded, record?.ToOverride(), OverridesFile);
        return loaded;
    }

    /// <summary>This node's own observations and the reports of others as last seen, for a start that need not wait for a round of probes.</summary>
    public void SaveReports(IReadOnlyList<VantageReport> reports) =>
        Save(ReportsFile, new DiskRecord(StateJson.Version, _time.GetUtcNow(), Reports: [.. reports.Select(ReportRecord.From)]), durable: false);

    /// <returns>Reports whose observations are left out where the file is older than ten minutes: then only the nodes are known, not what they saw.</returns>
    public IReadOnlyList<VantageReport> LoadReports()
    {
        DiskRecord? disk = Load(ReportsFile);
        bool old = disk is not null && (_time.GetUtcNow() - disk.SavedAt).Duration() > ObservationsKeep;
        var loaded = new List<VantageReport>();
        foreach (ReportRecord? record in disk?.Reports ?? [])
            Keep(loaded, (old ? record?.WithoutObservations() : record)?.ToReport(), ReportsFile);
        return loaded;
    }

    /// <summary>Drills and what was seen of them, for reports after a restart.</summary>
    public void SaveDrills(IReadOnlyList<DrillHistory> drills) => Save(DrillsFile, new DiskRecord(StateJson.Version, _time.GetUtcNow(), Drills: drills), durable: false);

    public IReadOnlyList<DrillHistory> LoadDrills()
    {
        var loaded = new List<DrillHistory>();
        foreach (DrillHistory? record in Load(DrillsFile)?.Drills ?? [])
            Keep(loaded, record is not null && record.Witnesses.All(w => w is not null && w.Notes.Marks.All(mark => mark is not null)) ? record : null, DrillsFile);
        return loaded;
    }

    /// <summary>Verdicts, when they changed, and penalties for flapping.</summary>
    public void SaveHealth(IReadOnlyList<RememberedHealth> health) =>
        Save(HealthFile, new DiskRecord(StateJson.Version, _time.GetUtcNow(), Health: [.. health.Select(HealthRecord.From)]), durable: false);

    /// <returns>Ages as of now; nothing from a file older than <see cref="RememberedHealth.Kept"/>, and no verdict from one older than a day: too much has happened since.</returns>
    public IReadOnlyList<RememberedHealth> LoadHealth()
    {
        var loaded = new List<RememberedHealth>();
        if (Load(HealthFile) is not { } disk)
            return loaded;
        // A clock that was set back says nothing of the age.
        TimeSpan age = _time.GetUtcNow() - disk.SavedAt;
        age = age > TimeSpan.Zero ? age : TimeSpan.Zero;
        if (age > RememberedHealth.Kept)
            return loaded;
        foreach (HealthRecord? record in disk.Health ?? [])
            Keep(loaded, record?.ToHealth(age), HealthFile);
        return age <= VerdictsKeep ? loaded : [.. loaded.Select(one => one with { Verdict = Verdict.Unknown })];
    }

    /// <summary>The map of round trips in force, for a start that need not fall back to geography.</summary>
    public void SaveLatencyMap(LatencyMap map) => Save(LatencyFile, stream => stream.Write(map.Octets.Span), durable: false);

    /// <returns>Null where there is none that can be used.</returns>
    public LatencyMap? LoadLatencyMap()
    {
        string path = Path.Combine(Directory, LatencyFile);
        string problem = "";
        try
        {
            LatencyMap? map = new FileInfo(path) is { Exists: true, Length: <= LatencyTableName.MaxOctets } ? LatencyMap.Decode(File.ReadAllBytes(path), out problem) : null;
            if (map is not null || !File.Exists(path))
                return map;
            Note($"{path}: {(problem.Length > 0 ? problem : "too long")}. The file is not used");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note($"{path}: {e.Message} The file is not used");
        }

        return null;
    }

    private void Save(string file, DiskRecord record, bool durable) =>
        Save(file, stream => JsonSerializer.Serialize(stream, record, StateJsonContext.Default.DiskRecord), durable);

    private void Save(string file, Action<Stream> write, bool durable)
    {
        System.IO.Directory.CreateDirectory(Directory);
        // Nodes that share a directory by mistake overwrite each other's files, but do not trip over a half-written one.
        string path = Path.Combine(Directory, file), next = $"{path}.{Environment.ProcessId}.next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(stream);
            stream.Flush(durable);
        }

        File.Move(next, path, overwrite: true);
    }

    private DiskRecord? Load(string file)
    {
        string path = Path.Combine(Directory, file);
        try
        {
            using FileStream stream = File.OpenRead(path);
            DiskRecord? record = JsonSerializer.Deserialize(stream, StateJsonContext.Default.DiskRecord);
            if (record is { V: StateJson.Version })
                return record;
            Note($"{path}: version {record?.V} is not known (expected {StateJson.Version}); the file is not used");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Note($"{path}: {e.Message} The file is not used");
        }

        return null;
    }

    private void Keep<T>(List<T> loaded, T? value, string file)
        where T : class
    {
        if (value is not null)
            loaded.Add(value);
        else
            Note($"{Path.Combine(Directory, file)}: a record that is not understood is not used");
    }

    /// <summary>Once: a file may be read more than once at a start.</summary>
    private void Note(string problem)
    {
        if (!Problems.Contains(problem))
            Problems = [.. Problems, problem];
    }
}
