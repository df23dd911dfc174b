namespace GslbServer;

/// <param name="Ttl">As written.</param>
/// <param name="TtlNow">What answers carry at this moment.</param>
/// <param name="WorstCaseFailoverSeconds">Detection + publication + TTL.</param>
internal sealed record NameStatus(string Owner, string Zone, string Policy, uint Ttl, uint TtlNow, double WorstCaseFailoverSeconds, int Up, int Down,
    IReadOnlyList<TargetStatus> Targets);

/// <param name="Target">Region label, or the steered name.</param>
/// <param name="State"><c>up</c>, <c>down</c>, <c>drained</c>.</param>
internal sealed record TargetStatus(string Target, string State, int Weight);
