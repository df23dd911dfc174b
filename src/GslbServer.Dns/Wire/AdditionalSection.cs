using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Addresses of the names that an RRset points at: glue of referrals, and what a resolver would ask for next.</summary>
internal static class AdditionalSection
{
    /// <summary>Adds the addresses of NS, MX, SRV, SVCB and HTTPS targets in our zones, as far as they fit: they are a courtesy.</summary>
    public static void AddTargets(ref MessageWriter message, ZoneSet zones, Zone zone, int set)
    {
        ref readonly RRset rrset = ref zone.Set(set);
        int targetAt = TargetOffset(rrset.Type);
        if (targetAt < 0) return;
        var seen = new SeenTargets();
        ReadOnlySpan<byte> data = zone.DataOf(rrset);
        for (int i = 0; i < rrset.Count && !seen.IsFull; i++)
        {
            ReadOnlySpan<byte> target = NextTarget(ref data, targetAt);
            (int home, int node) = FindAuthoritative(zones, new NameLabels(target));
            if (node >= 0 && seen.IsNew(home, node)) AddAddresses(ref message, target, zones[home], node);
        }
    }

    /// <summary>Adds the addresses of a referral's name servers.</summary>
    /// <param name="cut">The delegated name.</param>
    /// <returns>False when the address of a server inside the delegated zone did not fit: then the referral is of no use and must say that it is
    /// truncated (RFC 9471 section 3.1). Addresses of servers elsewhere in our zones may be left out (section 3.2).</returns>
    public static bool AddGlue(ref MessageWriter message, ZoneSet zones, Zone zone, int set, scoped ReadOnlySpan<byte> cut)
    {
        bool isComplete = true;
        var seen = new SeenTargets();
        for (int pass = 0; pass < 2; pass++)
        {
            ref readonly RRset rrset = ref zone.Set(set);
            ReadOnlySpan<byte> data = zone.DataOf(rrset);
            for (int i = 0; i < rrset.Count; i++)
            {
                ReadOnlySpan<byte> target = NextTarget(ref data, 0);
                var name = new NameLabels(target);
                bool isInside = name.EndsWith(cut);
                if (isInside != (pass == 0)) continue;
                (int home, int node) = FindAuthoritative(zones, name);
                if (node < 0) (home, node) = (-1, FindGlue(zone, name));
                if (node < 0 || !seen.IsNew(home, node)) continue;
                bool fits = AddAddresses(ref message, target, home < 0 ? zone : zones[home], node);
                isComplete &= fits || !isInside;
            }
        }
        return isComplete;
    }

    /// <summary>Where a name exists with our own authority; wildcards are not asked.</summary>
    private static (int Zone, int Node) FindAuthoritative(ZoneSet zones, in NameLabels name)
    {
        int zone = zones.Find(name, RecordType.A);
        if (zone < 0) return (-1, -1);
        LookupResult found = ZoneLookup.Find(zones[zone], name, first: 0, RecordType.A);
        return found.Kind == LookupKind.Match && !found.IsWildcard ? (zone, found.Node) : (-1, -1);
    }

    /// <summary>Where a name stands below a cut of the zone that refers.</summary>
    private static int FindGlue(Zone zone, in NameLabels name)
    {
        if (!name.EndsWith(zone.Apex.Wire)) return -1;
        int node = 0;
        for (int label = name.Count - zone.ApexLabels - 1; label >= 0 && node >= 0; label--) node = zone.Names.FindChild(node, name[label]);
        return node;
    }

    /// <returns>False if something did not fit.</returns>
    private static bool AddAddresses(ref MessageWriter message, scoped ReadOnlySpan<byte> target, Zone zone, int node)
    {
        // What a steered name answers depends on who asks, and this is another question.
        if (zone.Node(node).Is(NodeFlags.Steered)) return true;
        return AddSet(ref message, target, zone, zone.FindSet(node, RecordType.A)) & AddSet(ref message, target, zone, zone.FindSet(node, RecordType.AAAA));
    }

    private static bool AddSet(ref MessageWriter message, scoped ReadOnlySpan<byte> target, Zone zone, int set)
    {
        if (set < 0) return true;
        ref readonly RRset rrset = ref zone.Set(set);
        return message.TryAdd(Section.Additional, OwnerName.Of(target), rrset.Type, rrset.Ttl, zone.DataOf(rrset), rrset.Count);
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
    private static ReadOnlySpan<byte> NextTarget(ref ReadOnlySpan<byte> data, int targetAt)
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

        private Names _names;
        private int _count;

        public readonly bool IsFull => _count == Capacity;

        /// <summary>Whether the target was not met before; once full, everything counts as new.</summary>
        public bool IsNew(int zone, int node)
        {
            long name = ((long)zone << 32) | (uint)node;
            for (int i = 0; i < _count; i++)
            {
                if (_names[i] == name) return false;
            }
            if (!IsFull) _names[_count++] = name;
            return true;
        }

        [InlineArray(Capacity)]
        private struct Names
        {
            private long _first;
        }
    }
}
