namespace GslbServer.State;

/// <summary>Every key and channel that nodes share, in this one place. All begin with the cluster's name, so that one Redis may hold several clusters and an ACL
/// such as <c>~gslb:* &amp;gslb:*</c> is enough.</summary>
/// <param name="cluster"><c>gslb</c> unless the options name another.</param>
public sealed class Keys(string cluster)
{
    /// <summary>The same for a Redis Cluster, where all keys of one script must live in one slot: <c>{gslb}:...</c>, a hash tag. A cluster's name that has one already stays.</summary>
    public Keys InOneSlot => cluster.Contains('{', StringComparison.Ordinal) ? this : new Keys('{' + cluster + '}');

    /// <summary>Sorted set: node name, scored by when it last wrote (the store's clock, milliseconds). Says which reports to read, without a scan of the store.</summary>
    public string Nodes { get; } = cluster + ":nodes";

    /// <summary>Followed by a node name. Hash, expires after <see cref="ReportLifetime"/>: <c>boot</c>, <c>seq</c>, <c>record</c> (the report, JSON).</summary>
    public string ReportPrefix { get; } = cluster + ":report:";

    /// <summary>Hash: target to override (JSON), tombstones included.</summary>
    public string Overrides { get; } = cluster + ":overrides";

    /// <summary>Stream, bounded to about <see cref="AuditLength"/> entries: field <c>e</c>, an <see cref="AuditEntry"/> as JSON. Every node appends.</summary>
    public string Audit { get; } = cluster + ":audit";

    /// <summary>Hash: zone to the files of its keys, sealed by <see cref="KeySealer"/> under this key's name and the zone's.</summary>
    public string SealedKeys { get; } = cluster + ":keys";

    /// <summary>Hash: name of a record that nodes share about zones (<c>updates/ZONE</c>, what RFC 2136 changed) to its octets.</summary>
    public string Zones { get; } = cluster + ":zones";

    /// <summary>Hash: the same names to a tag of each record's content, so that a look costs little.</summary>
    public string ZoneTags { get; } = cluster + ":zonetags";

    /// <summary>Channel: the name of a node that wrote something worth reading at once. A hint only; nothing is lost with it.</summary>
    public string Changed { get; } = cluster + ":changed";

    /// <summary>Sorted set: <see cref="LatencyTableName.ToString"/> of each table of round trips, scored by when it was written (the store's clock, milliseconds). Says what
    /// there is to read.</summary>
    public string LatencyTables { get; } = cluster + ":lat";

    /// <summary>Sorted set: <c>REGION:WRITER</c> of each balancer that wrote a heartbeat, scored by when (the store's clock, milliseconds).</summary>
    public string Heartbeats { get; } = cluster + ":hb";

    /// <summary>Followed by <c>REGION:WRITER</c>. String, expires after <see cref="HeartbeatLifetime"/>: the heartbeat of one balancer (JSON).</summary>
    public string HeartbeatPrefix { get; } = cluster + ":hb:";

    /// <summary>Followed by <c>REGION:RULE:KEY</c>. Hash, expires when it would be full: a token bucket that the balancers of a region share (<c>tokens</c>, and <c>at</c>, the store's clock in milliseconds).</summary>
    public string LeasePrefix { get; } = cluster + ":lease:";

    /// <summary>Written each second.</summary>
    public static readonly TimeSpan HeartbeatLifetime = TimeSpan.FromSeconds(10);

    /// <summary>A report that is not rewritten fades from the store after this.</summary>
    public static readonly TimeSpan ReportLifetime = TimeSpan.FromSeconds(60);

    /// <summary>Entries of the audit trail in a store.</summary>
    public const int AuditLength = 100_000;

    /// <summary>Tables of round trips and maps fade after this; a writer tells all it knows in each epoch.</summary>
    public static readonly TimeSpan LatencyLifetime = TimeSpan.FromHours(2);

    /// <summary>A browser reports within seconds of its look-up.</summary>
    public static readonly TimeSpan AssociationLifetime = TimeSpan.FromSeconds(60);

    /// <summary><c>{cluster}:lat:{epoch}:{writer}</c>, the rows of one writer and epoch (<see cref="GslbServer.Steering.LatencyRowsCodec"/>), or <c>{cluster}:latmap:{epoch}</c>, the map
    /// of an epoch (<see cref="GslbServer.Steering.LatencyMap.Octets"/>). Strings, written once, expire after <see cref="LatencyLifetime"/>.</summary>
    public string LatencyTable(LatencyTableName name) => cluster + (name.IsMap ? $":latmap:{name.Epoch}" : $":lat:{name.Epoch}:{name.Writer}");

    /// <summary>Hash, expires after <see cref="AssociationLifetime"/>: <c>resolver</c>, the address that asked for the host name made of this nonce, and <c>client</c>, the client subnet
    /// that it told (empty: none). Written by a DNS node, taken once by the balancer that hears the client behind it.</summary>
    /// <param name="nonce">As <see cref="Association.IsNonce"/> has it.</param>
    public string AssociationOf(string nonce) => cluster + ":assoc:" + nonce;
}
