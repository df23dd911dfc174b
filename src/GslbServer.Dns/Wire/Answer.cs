using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Finds what our zones say to a question and writes it: the algorithm of RFC 1034 section 4.3.2 with its later amendments.</summary>
internal ref struct Answer
{
    // As many as BIND long followed; a longer chain is a mistake, and what was followed so far is answered.
    private const int LongestChain = 16;

    // RFC 8482 section 4.2: the TTL is ours to choose, and long, since the answer never changes.
    private const uint AnyTtl = 3600;

    private ZoneSet _zones;
    private RecordType _type;
    private Chain _chain; // where the owners of the aliases so far stand in the message
    private Dnames _dnames; // the DNAMEs met, by zone and node + 1

    /// <summary>Makes a default value ready, where it stands. <see cref="Message"/> begins by itself.</summary>
    /// <param name="question">The name.</param>
    public void Begin(ZoneSet zones, RecordType type, ReadOnlySpan<byte> question)
    {
        _zones = zones;
        _type = type;
        Owner = OwnerName.At(MessageLimits.Header, question);
    }

    public MessageWriter Message;

    public Rcode Rcode;

    public bool IsAuthoritative;

    public bool IsTruncated;

    /// <summary>Whether a name on the way exists only because a wildcard or a DNAME makes it.</summary>
    public bool IsSynthesized;

    /// <summary>The name the answer is about: the question, or the end of its alias chain.</summary>
    public OwnerName Owner;

    /// <summary>Set with <see cref="Outcome.Steered"/> and <see cref="Outcome.Explain"/>.</summary>
    public int SteeredIndex { get; private set; }

    private Zone? _zone; // of Owner
    private int _zoneIndex;
    private int _node; // of Owner, when it exists

    // The record of RFC 8482 section 4.2, stored as RRsets are: length, CPU "RFC8482", OS "".
    private static ReadOnlySpan<byte> AnyHinfo => "\0\u0009\u0007RFC8482\0"u8;

    private static ReadOnlySpan<byte> ExplainLabel => "\u0008_explain"u8;

    /// <summary>Walks from the question to the end of its alias chain, and answers there.</summary>
    public Outcome Compose()
    {
        for (int link = 0; link <= LongestChain; link++)
        {
            var name = new NameLabels(Owner.Name);
            int zone = _zones.Find(name, _type);
            if (zone < 0)
            {
                // An alias that leads out of our zones ends the answer without being an error.
                if (link == 0) Rcode = Rcode.Refused;
                return Outcome.Done;
            }
            _zone = _zones[zone];
            _zoneIndex = zone;
            IsAuthoritative = true;

            LookupResult found = ZoneLookup.Find(_zone, name, first: 0, _type);
            _node = found.Node;
            IsSynthesized |= found.IsWildcard || found.Kind == LookupKind.Dname;
            if (link == 0 && TryExplain(name, found, out Outcome outcome)) return outcome;
            switch (found.Kind)
            {
                case LookupKind.NameError:
                    Rcode = Rcode.NxDomain; // of the chain's last name (RFC 6604 section 3)
                    AddSoa();
                    return Outcome.Done;
                case LookupKind.Delegation:
                    IsAuthoritative = link > 0; // AA speaks of the first name (RFC 1035 section 4.1.1)
                    AddReferral(name.From(found.Label));
                    return Outcome.Done;
                case LookupKind.Dname:
                    if (!TrySubstitute(link, name, found)) return Outcome.Done;
                    break;
                default:
                    if (!IsAlias()) return AnswerAtNode();
                    if (!TryFollow(link)) return Outcome.Done;
                    break;
            }
        }
        return Outcome.Done;
    }

    /// <summary>The records of this type that stand beside a STEER; without any, NODATA.</summary>
    /// <param name="ttl">Null for their own.</param>
    /// <returns>Whether there were any.</returns>
    public bool AddStatic(uint? ttl)
    {
        RRset set = _zone is null ? default : _zone.Find(_node, _type);
        if (set.Count == 0)
        {
            AddSoa();
            return false;
        }
        Add(set, ttl ?? set.Ttl);
        return true;
    }

    /// <summary>The records of this type with other address hints.</summary>
    public void AddServiceBinding(scoped ReadOnlySpan<byte> ipv4, scoped ReadOnlySpan<byte> ipv6, uint ttl)
        => IsTruncated |= _zone is not null && !Message.TryAddServiceBinding(Owner, _zone.Find(_node, _type), ttl, ipv4, ipv6);

    /// <summary>What says for how long the answer's absence may be believed (RFC 2308 section 3).</summary>
    public void AddSoa()
    {
        if (_zone is null) return;
        RRset soa = _zone.Soa;
        if (soa.Count > 0) IsTruncated |= !Message.TryAdd(Section.Authority, OwnerName.Of(_zone.Apex.Wire), RecordType.SOA, _zone.NegativeTtl, soa.Data, 1);
    }

    /// <summary>The apex of the zone where the answer stands; empty without one.</summary>
    public readonly ReadOnlySpan<byte> Apex => _zone is null ? default : _zone.Apex.Wire;

    private readonly bool IsAlias()
        => _zone!.Is(_node, NodeFlags.Cname) && _type is not (RecordType.CNAME or RecordType.ANY);

    private Outcome AnswerAtNode()
    {
        Zone zone = _zone!;
        NodeFlags flags = zone.FlagsOf(_node);
        if (_type == RecordType.ANY)
        {
            AnswerAny(zone, flags);
            return Outcome.Done;
        }
        if ((_type is RecordType.A or RecordType.AAAA) && (flags & NodeFlags.Steered) != 0)
        {
            SteeredIndex = zone.SteeringIndexOf(_node);
            return Outcome.Steered;
        }
        // Configuration is transferred, never answered.
        RRset set = _type is RecordType.REGION or RecordType.CHECK or RecordType.STEER ? default : zone.Find(_node, _type);
        if ((_type is RecordType.HTTPS or RecordType.SVCB) && (flags & NodeFlags.Steered) != 0 && ServiceBindingHints.IsIn(set, Owner.Name))
        {
            SteeredIndex = zone.SteeringIndexOf(_node);
            return Outcome.SteeredHints;
        }
        if (set.Count == 0) AddSoa();
        else if (Add(set, set.Ttl)) AdditionalSection.AddTargets(ref Message, zone, set);
        return Outcome.Done;
    }

    /// <summary>RFC 8482: one small record instead of all.</summary>
    private void AnswerAny(Zone zone, NodeFlags flags)
    {
        if ((flags & NodeFlags.Empty) != 0)
        {
            AddSoa();
        }
        else if ((flags & NodeFlags.Cname) != 0)
        {
            RRset cname = zone.Find(_node, RecordType.CNAME);
            Add(cname, cname.Ttl);
        }
        else
        {
            IsTruncated |= !Message.TryAdd(Section.Answer, Owner, RecordType.HINFO, AnyTtl, AnyHinfo, 1);
        }
    }

    private bool Add(scoped in RRset set, uint ttl)
    {
        bool fits = Message.TryAdd(Section.Answer, Owner, set.Type, ttl, set.Data, set.Count);
        IsTruncated |= !fits;
        return fits;
    }

    /// <summary>Names below <c>_explain</c> exist for steered names and their aliases only, and only as long as the zone itself has nothing there.</summary>
    private bool TryExplain(in NameLabels name, in LookupResult found, out Outcome outcome)
    {
        outcome = Outcome.Done;
        bool isFree = found.Kind == LookupKind.NameError || found.IsWildcard;
        if (!isFree || name.Count <= _zone!.ApexLabels || !NameOctets.EqualsIgnoreCase(name[0], ExplainLabel)) return false;
        SteeredIndex = FindSteered(name.From(1));
        if (SteeredIndex < 0) return false;
        if (_type == RecordType.TXT) outcome = Outcome.Explain;
        else AddSoa();
        return true;
    }

    /// <summary>The steered name that a name is, or that its CNAMEs lead to within our zones; -1 for none.</summary>
    private readonly int FindSteered(ReadOnlySpan<byte> wire)
    {
        for (int link = 0; link <= LongestChain; link++)
        {
            var name = new NameLabels(wire);
            int index = _zones.Find(name, RecordType.A);
            if (index < 0) return -1;
            Zone zone = _zones[index];
            LookupResult found = ZoneLookup.Find(zone, name, first: 0, RecordType.A);
            if (found.Kind != LookupKind.Match) return -1;
            if (zone.Is(found.Node, NodeFlags.Steered)) return zone.SteeringIndexOf(found.Node);
            if (!zone.Is(found.Node, NodeFlags.Cname)) return -1;
            wire = zone.Find(found.Node, RecordType.CNAME).First;
        }
        return -1;
    }

    private void AddReferral(ReadOnlySpan<byte> cut)
    {
        Zone zone = _zone!;
        RRset servers = zone.Find(_node, RecordType.NS);
        IsTruncated = !Message.TryAdd(Section.Authority, OwnerName.Of(cut), RecordType.NS, servers.Ttl, servers.Data, servers.Count)
            || !AdditionalSection.AddGlue(ref Message, zone, servers, cut);
    }

    private bool TryFollow(int link)
    {
        RRset set = _zone!.Find(_node, RecordType.CNAME);
        ReadOnlySpan<byte> target = set.First;
        OwnerName owner = Owner;
        if (!Message.TryAddCname(owner, set.Ttl, target, out int at))
        {
            IsTruncated = true;
            return false;
        }
        return TryGoTo(link, owner, OwnerName.At(at, target));
    }

    /// <summary>RFC 6672 section 3.2: the DNAME, the CNAME that it stands for, and on with the new name.</summary>
    private bool TrySubstitute(int link, in NameLabels name, in LookupResult found)
    {
        RRset set = _zone!.Find(found.Node, RecordType.DNAME);
        ReadOnlySpan<byte> target = set.First;
        OwnerName owner = Owner;
        if (IsNewDname(link, found.Node) && !Message.TryAdd(Section.Answer, OwnerName.Of(name.From(found.Label)), RecordType.DNAME, set.Ttl, set.Data, 1))
        {
            IsTruncated = true;
            return false;
        }
        ReadOnlySpan<byte> labels = owner.Name[..name.OffsetOf(found.Label)];
        if (labels.Length + target.Length > MessageLimits.Name)
        {
            Rcode = Rcode.YxDomain;
            return false;
        }
        if (!Message.TryAddSynthesized(owner, set.Ttl, labels, target, out OwnerName next))
        {
            IsTruncated = true;
            return false;
        }
        // Who asks for the alias itself has it now.
        return _type is not (RecordType.CNAME or RecordType.ANY) && TryGoTo(link, owner, next);
    }

    /// <summary>A DNAME that applies again, to a name that it made longer, stands in the answer already.</summary>
    private bool IsNewDname(int link, int node)
    {
        for (int i = 0; i < link; i++)
        {
            if (_dnames[i] == (_zoneIndex, node + 1)) return false;
        }
        _dnames[link] = (_zoneIndex, node + 1);
        return true;
    }

    /// <returns>False when the chain has been here before: everything there is to say has been said.</returns>
    private bool TryGoTo(int link, OwnerName from, OwnerName to)
    {
        _chain[link] = (ushort)from.Offset;
        for (int i = 0; i <= link; i++)
        {
            if (_chain[i] > 0 && Message.IsAt(_chain[i], to.Name)) return false;
        }
        Owner = to;
        return true;
    }

    [InlineArray(LongestChain + 1)]
    private struct Chain
    {
        private ushort _first;
    }

    [InlineArray(LongestChain + 1)]
    private struct Dnames
    {
        private (int Zone, int Node) _first;
    }
}
