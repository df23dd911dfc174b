namespace GslbServer.Dns;

/// <summary>What signing adds to a zone: keys, signatures and denial, for the names of the zone it was made for. Frozen; made by <see cref="ZoneSigner"/>.</summary>
public sealed class ZoneSignatures
{
    private readonly Lazy<Dictionary<int, FallbackDenial?>> _fallbacks;

    internal ZoneSignatures(Zone zone, RRsetSigner signer, SignedEntries names, NsecChain? nsec, Nsec3Chain? nsec3, SignedEntries? hashed, AnswerSignatures answers)
    {
        (Context, Names, Nsec, Nsec3, Hashed, Answers) = (signer.Context, names, nsec, nsec3, hashed, answers);
        _fallbacks = new(() => FallbackDenial.Of(zone, this, signer));
    }

    /// <summary>What the zone is signed with.</summary>
    public ZoneKeySet Keys => Context.Keys;

    /// <summary>From then on some signatures have less than half of their validity left.</summary>
    public DateTimeOffset RefreshAt { get; internal set; }

    internal SigningContext Context { get; }

    /// <summary>By node.</summary>
    internal SignedEntries Names { get; }

    /// <summary>Null for other denial.</summary>
    internal NsecChain? Nsec { get; }

    /// <summary>Null for other denial.</summary>
    internal Nsec3Chain? Nsec3 { get; }

    /// <summary>The NSEC3 RRsets, by their place in <see cref="Nsec3"/>.</summary>
    internal SignedEntries? Hashed { get; }

    /// <summary>What is signed when it is asked for.</summary>
    internal AnswerSignatures Answers { get; }

    /// <summary>As <see cref="FallbackDenial.Of"/> tells; made when first asked for.</summary>
    internal IReadOnlyDictionary<int, FallbackDenial?> Fallbacks => _fallbacks.Value;

    internal bool IsCompact => Keys.Denial == DenialKind.Compact;

    /// <summary>An RRset that signing added to a name; one without records where there is none.</summary>
    internal RRset Find(int node, RecordType type) => Names.SetsOf(node).Find(type);

    /// <summary>The RRSIG records that cover a type at a name, under that type.</summary>
    internal RRset SignaturesOf(int node, RecordType covered) => Names.SignaturesOf(node).Find(covered);

    /// <summary>Types that a zone has by being signed.</summary>
    internal static bool IsAdded(RecordType type)
        => type is RecordType.RRSIG or RecordType.NSEC or RecordType.NSEC3PARAM or RecordType.DNSKEY or RecordType.CDS or RecordType.CDNSKEY;
}
