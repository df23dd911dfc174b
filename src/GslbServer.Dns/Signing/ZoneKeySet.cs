namespace GslbServer.Dns;

/// <summary>What a zone is signed with at one moment. When keys come, sign and go is decided elsewhere; here is the outcome.</summary>
public sealed record ZoneKeySet
{
    /// <summary>The DNSKEY RRset. Those of others who serve the zone too stand here with their public part (RFC 8901).</summary>
    public required IReadOnlyList<DnssecKey> Published { get; init; }

    /// <summary>Sign the RRsets DNSKEY, CDS and CDNSKEY, each for itself. May be empty where <see cref="Presigned"/> has those signatures.</summary>
    public required IReadOnlyList<DnssecKey> KeySigners { get; init; }

    /// <summary>Sign all other RRsets, each for itself.</summary>
    public required IReadOnlyList<DnssecKey> ZoneSigners { get; init; }

    /// <summary>RDATA of the CDS records to publish (RFC 7344); <see cref="DelegationSigner.DeleteCds"/> asks the parent to end the delegation's security.</summary>
    public IReadOnlyList<byte[]> Cds { get; init; } = [];

    /// <summary>RDATA of the CDNSKEY records to publish.</summary>
    public IReadOnlyList<byte[]> Cdnskey { get; init; } = [];

    /// <summary>RDATA of RRSIG records over DNSKEY, CDS or CDNSKEY, made where the key that the parent points at is kept. Given for a type, <see cref="KeySigners"/> do not sign it.</summary>
    public IReadOnlyList<byte[]> Presigned { get; init; } = [];

    /// <summary>TTL of DNSKEY, CDS and CDNSKEY, in seconds.</summary>
    public uint KeyTtl { get; init; } = 3600;

    public DenialKind Denial { get; init; } = DenialKind.Nsec;

    public SignatureTimes Times { get; init; } = SignatureTimes.Default;

    /// <summary>Whether signatures made with the one are as good as those made with the other, and the same is published.</summary>
    public bool IsSame(ZoneKeySet other)
        => AreSame(Published, other.Published) && AreSame(KeySigners, other.KeySigners) && AreSame(ZoneSigners, other.ZoneSigners)
            && AreSame(Cds, other.Cds) && AreSame(Cdnskey, other.Cdnskey) && AreSame(Presigned, other.Presigned)
            && KeyTtl == other.KeyTtl && Denial == other.Denial && Times == other.Times;

    private static bool AreSame(IReadOnlyList<DnssecKey> left, IReadOnlyList<DnssecKey> right) => left.Count == right.Count && left.Zip(right).All(pair => pair.First.IsSame(pair.Second));

    private static bool AreSame(IReadOnlyList<byte[]> left, IReadOnlyList<byte[]> right) => left.Count == right.Count && left.Zip(right).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
}

/// <summary>Says what a zone is signed with.</summary>
/// <param name="now">The time that keys are judged by.</param>
/// <param name="problems">Takes what is wrong with the zone's keys, a line each: file, what is wrong, what was expected. With any, a load is refused.</param>
/// <returns>Null for a zone that is not signed.</returns>
/// <remarks>Called with each load for every zone, from several threads, and once a minute for every zone in force: then what it returns takes effect if it differs from what was.</remarks>
public delegate ZoneKeySet? ZoneKeysOf(DomainName apex, DateTimeOffset now, ICollection<string> problems);
