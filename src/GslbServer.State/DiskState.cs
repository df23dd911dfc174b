using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Last known state in the node's state directory: overrides and this node's own verdicts. Written by rename, so that a half-written file is never read; a
/// directory that cannot be written is a warning, never a stop.</summary>
public sealed class DiskState(string directory)
{
    public string Directory { get; } = directory;

    public void SaveOverrides(IReadOnlyList<OperatorOverride> overrides) => throw new NotImplementedException();

    public IReadOnlyList<OperatorOverride> LoadOverrides() => throw new NotImplementedException();

    /// <summary>This node's own observations and the reports of others as last seen, for a start that need not wait for a round of probes.</summary>
    public void SaveReports(IReadOnlyList<VantageReport> reports) => throw new NotImplementedException();

    public IReadOnlyList<VantageReport> LoadReports() => throw new NotImplementedException();
}
