using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>Decides when the shared state goes to disk, and turns a disk that fails into one warning. Thread-safe.</summary>
/// <param name="withOthers">The node has stores, so the disk's other nodes may still be there.</param>
internal sealed partial class DiskCopy(DiskState? disk, SharedState shared, bool withOthers, ILogger logger)
{
    /// <summary>Reports that changed in what they say go to disk at most this often.</summary>
    private static readonly TimeSpan ChangedReports = TimeSpan.FromSeconds(5);

    /// <summary>A verdict that changed is on disk after this.</summary>
    private static readonly TimeSpan ChangedHealth = TimeSpan.FromSeconds(2);

    /// <summary>And others this often, so that what is on disk is never much older.</summary>
    private static readonly TimeSpan AnyReports = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    /// <summary>Of what is to be saved of health: who publishes it does not wait for the disk.</summary>
    private readonly Lock _healthLock = new();
    private IReadOnlyList<VantageReport> _saved = [];
    private TimeSpan _savedAt = shared.Now;
    private bool _failed, _closed;
    private (Topology Topology, HealthTable Health)? _health;
    private TimeSpan _healthSavedAt = TimeSpan.MinValue;
    private bool _healthIsNew;

    public IReadOnlyList<RememberedHealth> Remembered { get; private set; } = [];

    /// <returns>Whether there was anything: verdicts of this or another node, or an override.</returns>
    public bool Load()
    {
        if (disk is null)
            return false;
        (IReadOnlyList<VantageReport> reports, IReadOnlyList<OperatorOverride> overrides) = (disk.LoadReports(), disk.LoadOverrides());
        shared.Restore(reports, overrides, withOthers);
        Remembered = disk.LoadHealth();
        foreach (string problem in disk.Problems)
            Log.Unusable(logger, problem);
        return overrides.Count > 0 || reports.Any(report => report.Observations.Count > 0);
    }

    /// <returns>Whether they are on disk.</returns>
    public bool SaveOverrides()
    {
        lock (_lock)
            return TrySave(to => to.SaveOverrides(shared.Overrides));
    }

    /// <summary>Takes what is now known of health, to be saved when due.</summary>
    public void Remember(Topology topology, HealthTable health)
    {
        lock (_healthLock)
        {
            _healthIsNew |= _health is not { } known || !ReferenceEquals(known.Topology, topology) || !RememberedHealth.IsSame(known.Health, health);
            _health = (topology, health);
        }
    }

    public void SaveWhenDue()
    {
        lock (_lock)
        {
            if (Volatile.Read(ref _healthIsNew) && (_healthSavedAt == TimeSpan.MinValue || shared.Now - _healthSavedAt >= ChangedHealth))
                SaveHealth();
            TimeSpan age = shared.Now - _savedAt;
            if (disk is null || age < ChangedReports)
                return;
            IReadOnlyList<VantageReport> reports = shared.Reports;
            if (age >= AnyReports || Differ(_saved, reports))
                SaveReports(reports);
        }
    }

    /// <summary>The files are another process's from now on.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    /// <summary>At the end.</summary>
    public void SaveNow()
    {
        lock (_lock)
        {
            SaveReports(shared.Reports);
            SaveHealth();
        }
    }

    private void SaveHealth()
    {
        (Topology Topology, HealthTable Health) known;
        lock (_healthLock)
        {
            if (_health is not { } latest)
                return;
            (known, _healthIsNew) = (latest, false);
        }

        _healthSavedAt = shared.Now;
        if (TrySave(to => to.SaveHealth(RememberedHealth.Of(known.Topology, known.Health, shared.Now))))
            return;
        lock (_healthLock)
            _healthIsNew = true;
    }

    private void SaveReports(IReadOnlyList<VantageReport> reports)
    {
        _savedAt = shared.Now;
        if (TrySave(to => to.SaveReports(reports)))
            _saved = reports;
    }

    private bool TrySave(Action<DiskState> save)
    {
        if (disk is null || _closed)
            return false;
        try
        {
            save(disk);
            if (_failed)
                Log.Writable(logger, disk.Directory);
            _failed = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
                Log.NotWritable(logger, disk.Directory, e.Message);
            _failed = true;
            return false;
        }
    }

    private static bool Differ(IReadOnlyList<VantageReport> saved, IReadOnlyList<VantageReport> now)
    {
        if (saved.Count != now.Count)
            return true;
        for (int i = 0; i < now.Count; i++)
        {
            if (saved[i].Node != now[i].Node || saved[i].Boot != now[i].Boot || saved[i].Leaving != now[i].Leaving
                || ReportChange.IsNews(saved[i].Observations, now[i].Observations))
                return true;
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "State on disk: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);

        [LoggerMessage(21, LogLevel.Warning, "State directory {Directory} cannot be written: {Why} The node serves, but a restart will not remember what no store has")]
        public static partial void NotWritable(ILogger logger, string directory, string why);

        [LoggerMessage(22, LogLevel.Information, "State directory {Directory} can be written again")]
        public static partial void Writable(ILogger logger, string directory);
    }
}
