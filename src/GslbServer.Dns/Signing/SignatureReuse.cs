namespace GslbServer.Dns;

/// <summary>Finds signatures that an earlier zone has of the very same RRsets, made with the same keys and good for long.</summary>
internal sealed class SignatureReuse
{
    private readonly Zone? _before;
    private readonly ZoneSignatures? _signatures;
    private readonly uint _now;
    private readonly int _leastLeft;
    private readonly bool _hasKeySigners, _hasZoneSigners;

    /// <param name="leastLeft">Seconds that a signature must still be valid.</param>
    public SignatureReuse(Zone? before, SigningContext context, uint now, int leastLeft)
    {
        (_before, _now, _leastLeft) = (before, now, leastLeft);
        if (before?.Signatures is not { } signatures || !signatures.Context.Apex.Equals(context.Apex)) return;
        _signatures = signatures;
        ZoneKeySet keys = context.Keys;
        // The keys may come from files read anew: what counts is that they are the same.
        _hasKeySigners = AreSame(keys.KeySigners, signatures.Keys.KeySigners) && keys.Presigned.Count == 0 && signatures.Keys.Presigned.Count == 0;
        _hasZoneSigners = AreSame(keys.ZoneSigners, signatures.Keys.ZoneSigners);
    }

    /// <summary>The node of a name in the earlier zone; -1 for none.</summary>
    public int NodeOf(ReadOnlySpan<byte> owner)
    {
        if (_signatures is null) return -1;
        int node = _before!.NodeOf(new NameLabels(owner));
        return node >= 0 && _signatures.Names.Has(node) ? node : -1;
    }

    /// <summary>The place of a hashed name in the earlier zone; -1 for none.</summary>
    public int IndexOf(ReadOnlySpan<byte> hash)
    {
        if (_signatures?.Nsec3 is not { Count: > 0 } chain) return -1;
        int index = chain.Covering(hash);
        return chain.HashAt(index).SequenceEqual(hash) ? index : -1;
    }

    /// <summary>Of an RRset of the zone.</summary>
    public ReadOnlySpan<byte> Find(int node, in RRset set) => node < 0 ? default : If(IsSame(_before!.Find(node, set.Type), set), _signatures!.SignaturesOf(node, set.Type));

    /// <summary>Of an RRset that signing adds.</summary>
    public ReadOnlySpan<byte> FindAdded(int node, in RRset set) => node < 0 ? default : If(IsSame(_signatures!.Find(node, set.Type), set), _signatures.SignaturesOf(node, set.Type));

    public ReadOnlySpan<byte> FindHashed(int index, in RRset set)
    {
        if (index < 0) return default;
        SignedEntries hashed = _signatures!.Hashed!;
        return If(IsSame(hashed.SetsOf(index).Find(set.Type), set), hashed.SignaturesOf(index).Find(set.Type));
    }

    private ReadOnlySpan<byte> If(bool isSame, RRset signatures)
    {
        bool isSigner = SigningContext.IsKeyType(signatures.Type) ? _hasKeySigners : _hasZoneSigners;
        return isSame && isSigner && signatures.Count > 0 && RRsetSigner.SecondsLeft(signatures.Data, _now) > _leastLeft ? signatures.Data : default;
    }

    private static bool IsSame(in RRset left, in RRset right) => left.Count == right.Count && left.Ttl == right.Ttl && left.Data.SequenceEqual(right.Data);

    private static bool AreSame(IReadOnlyList<DnssecKey> left, IReadOnlyList<DnssecKey> right) => left.Count == right.Count && left.Zip(right).All(pair => pair.First.IsSame(pair.Second));
}
