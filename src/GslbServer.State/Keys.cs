namespace GslbServer.State;

/// <summary>Every key and channel that nodes share, in this one place. All begin with the cluster's name, so that one Redis may hold several clusters and an ACL
/// such as <c>~gslb:* &amp;gslb:*</c> is enough.</summary>
/// <param name="cluster"><c>gslb</c> unless the options name another.</param>
public sealed class Keys(string cluster)
{
    /// <summary>Sorted set: node name, scored by when it last wrote (the store's clock, milliseconds). Says which reports to read, without a scan of the store.</summary>
    public string Nodes { get; } = cluster + ":nodes";

    /// <summary>Followed by a node name. Hash, expires after <see cref="ReportLifetime"/>: <c>boot</c>, <c>seq</c>, <c>record</c> (the report, JSON).</summary>
    public string ReportPrefix { get; } = cluster + ":report:";

    /// <summary>Hash: target to override (JSON), tombstones included.</summary>
    public string Overrides { get; } = cluster + ":overrides";

    /// <summary>Channel: the name of a node that wrote something worth reading at once. A hint only; nothing is lost with it.</summary>
    public string Changed { get; } = cluster + ":changed";

    /// <summary>A report that is not rewritten fades from the store after this.</summary>
    public static readonly TimeSpan ReportLifetime = TimeSpan.FromSeconds(60);
}
