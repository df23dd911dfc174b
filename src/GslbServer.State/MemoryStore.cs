using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A store in this process's memory, with the fences of the real one: for nodes that share a process, and for tests.</summary>
public sealed class MemoryStore(TimeProvider time, string name = "memory") : IStateStore, IHasAudit
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (VantageReport Report, long WrittenAt)> _reports = [];
    private readonly Dictionary<string, OperatorOverride> _overrides = [];

    public string Name { get; } = name;

    public event Action? Hinted;

    /// <summary>Round trips.</summary>
    public ILatencyStore Latency { get; } = new MemoryLatencyStore(time, name);

    public MemoryHeartbeats Heartbeats { get; } = new(time);

    IAuditStore IHasAudit.Audit { get; } = new MemoryAuditStore();

    public Task<StoreContents> ReadAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (string faded in _reports.Where(r => time.GetElapsedTime(r.Value.WrittenAt) > Keys.ReportLifetime).Select(r => r.Key).ToList())
                _reports.Remove(faded);
            return Task.FromResult(new StoreContents([.. _reports.Values.Select(r => r.Report)], [.. _overrides.Values], 0) { Heartbeats = Heartbeats.Read() });
        }
    }

    public Task WriteReportAsync(VantageReport report, bool announce, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_reports.TryGetValue(report.Node, out var held) && held.Report.Boot - report.Boot <= StoredReport.MaxLead
                && (held.Report.Boot, held.Report.Sequence).CompareTo((report.Boot, report.Sequence)) >= 0)
                return Task.CompletedTask;
            _reports[report.Node] = (report, time.GetTimestamp());
        }

        if (announce)
            Hinted?.Invoke();
        return Task.CompletedTask;
    }

    public Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        bool any = false;
        lock (_lock)
        {
            foreach (OperatorOverride value in overrides)
            {
                if (_overrides.TryGetValue(value.Target, out OperatorOverride? held) && string.CompareOrdinal(held.Revision, value.Revision) >= 0)
                    continue;
                _overrides[value.Target] = value;
                any = true;
            }
        }

        if (any)
            Hinted?.Invoke();
        return Task.CompletedTask;
    }

    public Task RemoveOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (OperatorOverride value in overrides)
            {
                if (_overrides.TryGetValue(value.Target, out OperatorOverride? held) && held.Revision == value.Revision)
                    _overrides.Remove(value.Target);
            }
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
