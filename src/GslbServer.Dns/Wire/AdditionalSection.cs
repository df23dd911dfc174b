using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Addresses of the names that an RRset points at: glue of referrals, and what a resolver would ask for next. As BIND does, only the zone
/// that answers is looked at, authoritative data with answers and glue with referrals.</summary>
internal static class AdditionalSection
{
    /// <summary>Adds the addresses of NS, MX, SRV, SVCB and HTTPS targets, as far as they fit: they are a courtesy.</summary>
    /// <param name="signed">Of the zone, to those who want signatures.</param>
    public static void AddTargets(ref MessageWriter message, Zone zone, ZoneSignatures? signed, in RRset set)
    {
        int targetAt = TargetOffset(set.Type);
        if (targetAt < 0) return;
        var seen = new SeenTargets();
        ReadOnlySpan<byte> data = set.Data;
        for (int i = 0; i < set.Count && !seen.IsFull; i++)
        {
            ReadOnlySpan<byte> target = NextTarget(ref data, targetAt);
            var name = new NameLabels(target);
            if (!name.EndsWith(zone.Apex.Wire)) continue;
            LookupResult found = ZoneLookup.Find(zone, name, first: 0, RecordType.A);
            if (found.Kind != LookupKind.Match) continue;
            // Many names may be synthesized from one wildcard.
            if (found.IsWildcard || seen.IsNew(found.Node)) AddAddresses(ref message, target, zone, signed, found.Node);
        }
    }

    /// <summary>Adds the addresses of those name servers of a referral that are below a cut themselves.</summary>
    /// <param name="cut">The delegated name.</param>
    /// <returns>False when the address of a server inside the delegated zone did not fit: then the referral is of no use and must say that it is
    /// truncated (RFC 9471 section 3.1). Addresses of servers in other delegated zones may be left out (section 3.2).</returns>
    public static bool AddGlue(ref MessageWriter message, Zone zone, in RRset set, scoped ReadOnlySpan<byte> cut)
    {
        bool isComplete = true;
        var seen = new SeenTargets();
        for (int pass = 0; pass < 2; pass++)
        {
            ReadOnlySpan<byte> data = set.Data;
            for (int i = 0; i < set.Count; i++)
            {
                ReadOnlySpan<byte> target = NextTarget(ref data, 0);
                var name = new NameLabels(target);
                bool isInside = name.EndsWith(cut);
                if (isInside != (pass == 0) || FindGlue(zone, name) is not (>= 0 and int node) || !seen.IsNew(node)) continue;
                bool fits = AddAddresses(ref message, target, zone, signed: null, node);
                isComplete &= fits || !isInside;
            }
        }
        return isComplete;
    }

    /// <summary>The node of a name at or below a cut of the zone, or -1.</summary>
    private static int FindGlue(Zone zone, in NameLabels name)
    {
        if (!name.EndsWith(zone.Apex.Wire)) return -1;
        int node = 0;
        bool isBelowCut = false;
        for (int label = name.Count - zone.ApexLabels - 1; label >= 0 && node >= 0; label--)
        {
            node = zone.Names.FindChild(node, name[label]);
            if (node >= 0) isBelowCut |= zone.Is(node, NodeFlags.Cut);
        }
        return isBelowCut ? node : -1;
    }

    /// <returns>False if something did not fit.</returns>
    private static bool AddAddresses(ref MessageWriter message, ReadOnlySpan<byte> target, Zone zone, ZoneSignatures? signed, int node)
    {
        // What a steered name answers depends on who asks, and this is another question.
        if (zone.Is(node, NodeFlags.Steered)) return true;
        bool isComplete = AddSet(ref message, target, zone.Find(node, RecordType.A)) & AddSet(ref message, target, zone.Find(node, RecordType.AAAA));
        if (signed is not null) AddSignatures(ref message, target, signed, node);
        return isComplete;
    }

    private static bool AddSet(ref MessageWriter message, ReadOnlySpan<byte> target, RRset set)
        => set.Count == 0 || message.TryAdd(Section.Additional, OwnerName.Of(target), set.Type, set.Ttl, set.Data, set.Count);

    /// <summary>As far as they fit: without, the addresses are of use still (RFC 4035 section 3.1.1).</summary>
    private static void AddSignatures(ref MessageWriter message, ReadOnlySpan<byte> target, ZoneSignatures signed, int node)
    {
        foreach (RRset signatures in signed.Names.SignaturesOf(node))
        {
            if (signatures.Type is RecordType.A or RecordType.AAAA)
                message.TryAdd(Section.Additional, OwnerName.Of(target), RecordType.RRSIG, signatures.Ttl, signatures.Data, signatures.Count);
        }
    }

    /// <summary>Octets in front of the target name in RDATA; -1 for types that need no addresses.</summary>
    private static int TargetOffset(RecordType type) => type switch
    {
        RecordType.NS => 0,
        RecordType.MX or RecordType.SVCB or RecordType.HTTPS => 2,
        RecordType.SRV => 6,
        _ => -1,
    };

    /// <summary>The target in the first of the stored records, which is then left behind.</summary>
    private static ReadOnlySpan<byte> NextTarget(scoped ref ReadOnlySpan<byte> data, int targetAt)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(data);
        ReadOnlySpan<byte> name = data.Slice(2 + targetAt, length - targetAt);
        data = data[(length + 2)..];
        return name[..RdataLayout.NameLength(name)];
    }

    /// <summary>The targets already added, as many as anybody lists in one RRset.</summary>
    private struct SeenTargets
    {
        private const int Capacity = 16;

        private Nodes _nodes;
        private int _count;

        public readonly bool IsFull => _count == Capacity;

        /// <summary>Whether the target was not met before; once full, everything counts as new.</summary>
        public bool IsNew(int node)
        {
            for (int i = 0; i < _count; i++)
            {
                if (_nodes[i] == node) return false;
            }
            if (!IsFull) _nodes[_count++] = node;
            return true;
        }

        [InlineArray(Capacity)]
        private struct Nodes
        {
            private int _first;
        }
    }
}
