namespace GslbServer.Dns;

/// <summary>Where the denial of a zone is another as servers give it that do not steer: names without the addresses that only steering answers, and the chain without names that have nothing
/// but configuration.</summary>
/// <param name="Type">NSEC or NSEC3.</param>
/// <param name="Signatures">Records, each after its length.</param>
internal sealed record FallbackDenial(RecordType Type, byte[] Rdata, byte[] Signatures)
{
    /// <summary>By node; null for a name that is not there.</summary>
    public static Dictionary<int, FallbackDenial?> Of(Zone zone, ZoneSignatures signed, RRsetSigner signer)
    {
        int[] chain = signed.Nsec3 is { } hashes ? [.. Enumerable.Range(0, hashes.Count).Select(hashes.NodeAt)] : [.. InOrder(signed.Nsec!)];
        bool[] isThere = FindThere(zone, signed);
        var all = new Dictionary<int, FallbackDenial?>();
        int next = Array.Find(chain, node => isThere[node]);
        for (int i = chain.Length - 1; i >= 0; i--)
        {
            int node = chain[i];
            if (!isThere[node])
            {
                all.Add(node, null);
                continue;
            }
            bool isNextAnother = next != chain[i + 1 == chain.Length ? 0 : i + 1];
            if (Make(zone, signed, signer, node, isNextAnother ? next : -1) is { } denial) all.Add(node, denial);
            next = node;
        }
        return all;
    }

    /// <param name="next">The name after it in the chain; -1 for the one that is there already.</param>
    /// <returns>Null where it is no other.</returns>
    private static FallbackDenial? Make(Zone zone, ZoneSignatures signed, RRsetSigner signer, int node, int next)
    {
        RRset denial = Find(zone, signed, node, out byte[] owner);
        bool isHashed = denial.Type == RecordType.NSEC3;
        int nextAt = isHashed ? Nsec3Hash.Parameters.Length + 1 : 0;
        int bitmapAt = isHashed ? nextAt + Nsec3Hash.Length : RdataLayout.NameLength(denial.First);
        List<RecordType> types = TypeBitmap.TypesIn(denial.First[bitmapAt..]);
        int steered = types.RemoveAll(type => type is RecordType.A or RecordType.AAAA && zone.Find(node, type).Count == 0);
        if (steered == 0 && next < 0) return null;
        // What has nothing left to sign says so (RFC 5155 section 7.1).
        if (isHashed && types is [RecordType.RRSIG]) types.Clear();
        byte[] nextName = next < 0 ? denial.First[nextAt..bitmapAt].ToArray() : isHashed ? signed.Nsec3!.HashAt(signed.Nsec3.IndexOf(next)).ToArray() : NameOf(zone, next);
        byte[] rdata = [.. denial.First[..nextAt], .. nextName, .. TypeBitmap.Of(types)];
        byte[] record = [(byte)(rdata.Length >> 8), (byte)rdata.Length, .. rdata];
        return new FallbackDenial(denial.Type, rdata, signer.Sign(owner, denial.Type, denial.Ttl, record, 1));
    }

    /// <summary>Names with records besides configuration, and with hashed denial those above such.</summary>
    private static bool[] FindThere(Zone zone, ZoneSignatures signed)
    {
        bool[] isThere = new bool[zone.Names.Count];
        isThere[0] = true;
        for (int node = isThere.Length - 1; node > 0; node--) // children come before their parents
        {
            if (signed.Nsec3 is { } hashes ? hashes.IndexOf(node) < 0 : signed.Nsec!.Next(node) < 0) continue;
            foreach (RRset set in zone.SetsOf(node)) isThere[node] |= !NameTypes.IsConfiguration(set.Type);
            if (isThere[node] && signed.Nsec3 is not null) isThere[zone.Names.ParentOf(node)] = true;
        }
        return isThere;
    }

    private static IEnumerable<int> InOrder(NsecChain chain)
    {
        int node = 0;
        do
        {
            yield return node;
            node = chain.Next(node);
        }
        while (node != 0);
    }

    private static RRset Find(Zone zone, ZoneSignatures signed, int node, out byte[] owner)
    {
        if (signed.Nsec3 is not { } chain)
        {
            owner = NameOf(zone, node);
            return signed.Find(node, RecordType.NSEC);
        }
        int index = chain.IndexOf(node);
        owner = [.. new byte[Nsec3Hash.LabelLength], .. zone.Apex.Wire];
        Nsec3Hash.WriteLabel(chain.HashAt(index), owner);
        return signed.Hashed!.SetsOf(index).Find(RecordType.NSEC3);
    }

    private static byte[] NameOf(Zone zone, int node) => zone.Names.NameOf(node, zone.Apex.Wire, stackalloc byte[DomainName.MaxLength]).ToArray();
}
