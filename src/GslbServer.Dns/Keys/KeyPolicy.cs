namespace GslbServer.Dns;

/// <summary>What CDS and CDNSKEY ask the parent for (RFC 7344, RFC 8078).</summary>
public enum CdsPolicy
{
    /// <summary>The DS of the keys whose time it is.</summary>
    Publish,

    /// <summary>Nothing: a parent that does not read them, or an operator who does not want it to.</summary>
    None,

    /// <summary>That it remove all DS: the zone is about to be unsigned.</summary>
    Delete,
}

/// <summary>How a zone's keys live: what the operator states for it.</summary>
public sealed record KeyPolicy
{
    public static readonly KeyPolicy Default = new();

    public DenialKind Denial { get; init; } = DenialKind.Nsec;

    /// <summary>How long a ZSK signs before the next one does; null: until somebody rolls it. RFC 6781 section 4.1.1 sees no reason for less than months.</summary>
    public TimeSpan? ZskLifetime { get; init; } = TimeSpan.FromDays(60);

    /// <summary>TTL of the DNSKEY, CDS and CDNSKEY sets.</summary>
    public TimeSpan KeyTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest TTL of any RRset of the zone: so long signatures stay in caches.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>TTL of the DS set at the parent.</summary>
    public TimeSpan ParentTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Within this time all who serve the zone, secondaries too, serve what is new; differences between clocks are part of it.</summary>
    public TimeSpan Propagation { get; init; } = TimeSpan.FromHours(1);

    public CdsPolicy Cds { get; init; } = CdsPolicy.Publish;

    public SignatureTimes Signatures { get; init; } = SignatureTimes.Default;

    /// <summary>From publishing a key until every cache has it, or has nothing: Ipub of RFC 7583 section 3.2.1.</summary>
    public TimeSpan PublishInterval => KeyTtl + Propagation;

    /// <summary>From the last signature of a ZSK until no cache has one: Iret of RFC 7583 section 3.2.1, without the time for signing anew, which is none here.</summary>
    public TimeSpan RetireInterval => MaxTtl + Propagation;

    /// <summary>From the change of the DS set at the parent until no cache has the old one.</summary>
    public TimeSpan ParentInterval => ParentTtl + Propagation;

    /// <summary>How long before its time a successor is published at the latest needed for, and earlier where the lifetime allows: so that a node which was away for days still has it before it signs.</summary>
    public TimeSpan PrePublish
    {
        get
        {
            TimeSpan early = ZskLifetime is { } lifetime && lifetime / 4 < MaxPrePublish ? lifetime / 4 : MaxPrePublish;
            return early > PublishInterval ? early : PublishInterval;
        }
    }

    private static readonly TimeSpan MaxPrePublish = TimeSpan.FromDays(7);
}
