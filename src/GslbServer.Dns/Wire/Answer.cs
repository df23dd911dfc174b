namespace GslbServer.Dns;

/// <summary>Finds what our zones say to a question and writes it: the algorithm of RFC 1034 section 4.3.2 with its later amendments.</summary>
internal ref struct Answer
{
    // RFC 8482 section 4.2: the TTL is ours to choose, and long, since the answer never changes.
    private const uint AnyTtl = 3600;

    private ZoneSet _zones;
    private RecordType _type;
    private AliasChain _aliases;

    /// <summary>Makes a default value ready, where it stands. <see cref="Message"/> begins by itself.</summary>
    /// <param name="question">The name.</param>
    /// <param name="wantsSignatures">DO (RFC 3225).</param>
    public void Begin(ZoneSet zones, RecordType type, ReadOnlySpan<byte> question, bool wantsSignatures)
    {
        _zones = zones;
        _type = type;
        _wantsSignatures = wantsSignatures;
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
    private int _node; // of Owner, when it exists; its closest encloser, when it does not
    private int _label; // as LookupResult has it
    private bool _isWildcard; // Owner exists by a wildcard
    private bool _wantsSignatures;
    private bool _hasExpansion; // some name of the chain exists by a wildcard of a signed zone
    private bool _isClosed; // all that goes to the authority section is there
    private Absence _absence;

    /// <summary>Something had to be signed, and the budget for it is spent: the answer is SERVFAIL.</summary>
    public bool IsShed { get; private set; }

    /// <summary>What signing added to the answer's zone, for those who want signatures.</summary>
    private readonly ZoneSignatures? Signed => _wantsSignatures ? _zone?.Signatures : null;

    // The record of RFC 8482 section 4.2, stored as RRsets are: length, CPU "RFC8482", OS "".
    private static ReadOnlySpan<byte> AnyHinfo => "\0\u0009\u0007RFC8482\0"u8;

    private static ReadOnlySpan<byte> ExplainLabel => "\u0008_explain"u8;

    /// <summary>Walks from the question to the end of its alias chain, and answers there.</summary>
    public Outcome Compose()
    {
        for (int link = 0; link <= AliasChain.Longest; link++)
        {
            var name = new NameLabels(Owner.Name);
            int zone = _zones.Find(name, _type);
            if (zone < 0 || _zones[zone].IsExpired)
            {
                // An alias that leads out of our zones ends the answer without being an error.
                if (link == 0) Rcode = zone < 0 ? Rcode.Refused : Rcode.ServFail;
                return Outcome.Done;
            }
            _zone = _zones[zone];
            _zoneIndex = zone;
            IsAuthoritative = true;

            LookupResult found = ZoneLookup.Find(_zone, name, first: 0, _type);
            (_node, _label, _isWildcard) = (found.Node, found.Label, found.IsWildcard);
            _hasExpansion |= found.IsWildcard && Signed is not null;
            IsSynthesized |= found.IsWildcard || found.Kind == LookupKind.Dname;
            if (link == 0 && TryExplain(name, found, out Outcome outcome)) return outcome;
            switch (found.Kind)
            {
                case LookupKind.NameError:
                    // Of the chain's last name (RFC 6604 section 3). Compact denial says it in its NSEC (RFC 9824 section 3.1).
                    Rcode = Signed is { IsCompact: true } ? Rcode.NoError : Rcode.NxDomain;
                    AddSoa();
                    _absence = Absence.NoName;
                    return Outcome.Done;
                case LookupKind.Delegation:
                    IsAuthoritative = link > 0; // AA speaks of the first name (RFC 1035 section 4.1.1)
                    AddReferral(name.From(found.Label));
                    return Outcome.Done;
                case LookupKind.Dname:
                    if (!TrySubstitute(name, found)) return Outcome.Done;
                    break;
                default:
                    if (!IsAlias()) return AnswerAtNode();
                    if (!TryFollow()) return Outcome.Done;
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
            AddNoData();
            return false;
        }
        // Signed ahead with its own TTL, an RRset is never answered with more.
        Add(set, ttl is null || (_zone!.Signatures is not null && ttl > set.Ttl) ? set.Ttl : ttl.Value);
        return true;
    }

    /// <summary>The name is there, and this type is not.</summary>
    public void AddNoData()
    {
        AddSoa();
        _absence = Absence.NoType;
    }

    /// <summary>The signatures of an answer that depends on who asks.</summary>
    /// <param name="data">Addresses one after the other; of other types records, each after its length.</param>
    /// <param name="originalTtl">The greatest that the answer ever has.</param>
    public void Sign(RecordType type, scoped ReadOnlySpan<byte> data, uint ttl, uint originalTtl)
    {
        if (Signed is not { } signed || IsTruncated) return;
        Span<byte> buffer = stackalloc byte[MessageLimits.Name];
        bool isEach = _isWildcard && signed.IsCompact; // then names that a wildcard makes are signed one by one
        ReadOnlySpan<byte> owner = _isWildcard && !isEach ? _zone!.Names.NameOf(_node, _zone.Apex.Wire, buffer) : Owner.Name;
        originalTtl = Math.Max(ttl, originalTtl);
        bool isSigned = isEach
            ? signed.Answers.TrySignDenial(signed.Context, owner, type, originalTtl, data, out ReadOnlySpan<byte> signatures)
            : signed.Answers.TrySign(signed.Context, owner, type, originalTtl, data, out signatures);
        if (isSigned) IsTruncated |= !Message.TryAddSignatures(Section.Answer, Owner, ttl, signatures);
        else IsShed = true;
    }

    /// <summary>The records of this type with other address hints.</summary>
    public void AddServiceBinding(scoped ReadOnlySpan<byte> ipv4, scoped ReadOnlySpan<byte> ipv6, uint ttl, uint originalTtl)
    {
        if (_zone is null) return;
        int start = Message.Position;
        IsTruncated |= !Message.TryAddServiceBinding(Owner, _zone.Find(_node, _type), ttl, ipv4, ipv6);
        if (Signed is not null) Sign(_type, Message.RecordsFrom(start), ttl, originalTtl);
    }

    /// <summary>Writes what a signed zone proves: that names and types are not there, and that nothing stands between a name and the wildcard that made it. Once, behind the
    /// answer section and before the additional one.</summary>
    public void CloseAuthority()
    {
        if (!_wantsSignatures || _isClosed) return;
        _isClosed = true;
        var proof = default(DenialSection);
        if (Signed is { } signed && _absence != Absence.None) proof.AddAbsence(ref Message, _zone!, signed, _absence, Owner.Name, new LookupResult(default, _node, _label, _isWildcard), _type);
        if (_hasExpansion) AddExpansions(ref proof);
        IsTruncated |= proof.IsTruncated;
        IsShed |= proof.IsShed;
    }

    /// <summary>What says for how long the answer's absence may be believed (RFC 2308 section 3).</summary>
    private void AddSoa()
    {
        if (_zone is null) return;
        RRset soa = _zone.Soa;
        if (soa.Count == 0) return;
        var owner = OwnerName.Of(_zone.Apex.Wire);
        IsTruncated |= !Message.TryAdd(Section.Authority, owner, RecordType.SOA, _zone.NegativeTtl, soa.Data, 1);
        if (Signed is { } signed) AddSignatures(Section.Authority, owner, signed.SignaturesOf(0, RecordType.SOA), _zone.NegativeTtl);
    }

    private void AddSignatures(Section section, scoped in OwnerName owner, scoped in RRset signatures, uint ttl)
        => IsTruncated |= signatures.Count > 0 && !Message.TryAdd(section, owner, RecordType.RRSIG, ttl, signatures.Data, signatures.Count);

    /// <summary>Goes the way to the answer once more, name by name.</summary>
    private void AddExpansions(ref DenialSection proof)
    {
        Span<byte> buffer = stackalloc byte[MessageLimits.Name];
        for (int link = 0; link <= _aliases.Count; link++)
        {
            // The last name has its proof already if something is absent there.
            bool isLast = link == _aliases.Count;
            if (isLast && _absence != Absence.None) break;
            ReadOnlySpan<byte> name = isLast ? Owner.Name : Message.NameAt(_aliases[link], buffer);
            var labels = new NameLabels(name);
            if (_zones.Find(labels, _type) is not (>= 0 and int index) || _zones[index].Signatures is not { IsCompact: false } signed) continue;
            LookupResult found = ZoneLookup.Find(_zones[index], labels, first: 0, _type);
            if (found.IsWildcard) proof.AddNoCloserName(ref Message, _zones[index], signed, labels, found);
        }
    }

    /// <summary>The apex of the zone where the answer stands; empty without one.</summary>
    public readonly ReadOnlySpan<byte> Apex => _zone is null ? default : _zone.Apex.Wire;

    private readonly bool IsAlias()
        => _zone!.Is(_node, NodeFlags.Cname) && _type is not (RecordType.CNAME or RecordType.ANY)
            && !(_zone.Signatures is { } signed && (_type == RecordType.RRSIG || (_type == RecordType.NSEC && signed.Nsec3 is null))); // which stand beside it (RFC 4035 section 2.5)

    private Outcome AnswerAtNode()
    {
        Zone zone = _zone!;
        NodeFlags flags = zone.FlagsOf(_node);
        if (_type == RecordType.ANY)
        {
            AnswerAny(zone, flags);
            return Outcome.Done;
        }
        if (zone.Signatures is not null && ZoneSignatures.IsAdded(_type))
        {
            AnswerAdded(zone.Signatures);
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
        if (set.Count == 0)
        {
            AddNoData();
        }
        else if (Add(set, set.Ttl))
        {
            CloseAuthority();
            AdditionalSection.AddTargets(ref Message, zone, Signed, set);
        }
        return Outcome.Done;
    }

    /// <summary>Types that are there because the zone is signed; who asks for them by name has them without DO.</summary>
    private void AnswerAdded(ZoneSignatures signed)
    {
        if (_type == RecordType.RRSIG)
        {
            int start = Message.Position;
            foreach (RRset signatures in signed.Names.SignaturesOf(_node)) AddSignatures(Section.Answer, Owner, signatures, signatures.Ttl);
            if (Message.Position == start && !IsTruncated) AddNoData();
            return;
        }
        RRset set = signed.Find(_node, _type);
        if (set.Count == 0) AddNoData();
        else Add(set, set.Ttl);
    }

    /// <summary>RFC 8482: one small record instead of all.</summary>
    private void AnswerAny(Zone zone, NodeFlags flags)
    {
        if ((flags & NodeFlags.Empty) != 0)
        {
            AddNoData();
        }
        else if ((flags & NodeFlags.Cname) != 0)
        {
            RRset cname = zone.Find(_node, RecordType.CNAME);
            Add(cname, cname.Ttl);
        }
        else if (Signed is { } signed && FirstSigned(zone, signed) is { Count: > 0 } set)
        {
            Add(set, set.Ttl);
        }
        else
        {
            IsTruncated |= !Message.TryAdd(Section.Answer, Owner, RecordType.HINFO, AnyTtl, AnyHinfo, 1);
            Sign(RecordType.HINFO, AnyHinfo, AnyTtl, AnyTtl);
        }
    }

    /// <summary>One RRset of the name stands for all (RFC 8482 section 4.1): its signature is there already.</summary>
    private readonly RRset FirstSigned(Zone zone, ZoneSignatures signed)
    {
        foreach (RRset set in zone.SetsOf(_node))
        {
            if (signed.SignaturesOf(_node, set.Type).Count > 0 && !(set.Type is RecordType.A or RecordType.AAAA && zone.Is(_node, NodeFlags.Steered))) return set;
        }
        return default;
    }

    private bool Add(scoped in RRset set, uint ttl)
    {
        bool fits = Message.TryAdd(Section.Answer, Owner, set.Type, ttl, set.Data, set.Count);
        IsTruncated |= !fits;
        if (fits) AddSignaturesOf(set, ttl);
        return fits;
    }

    /// <summary>Of an RRset at the node, as it was signed ahead; where compact denial is, names that a wildcard makes are signed one by one.</summary>
    private void AddSignaturesOf(scoped in RRset set, uint ttl)
    {
        if (Signed is not { } signed) return;
        if (_isWildcard && signed.IsCompact) Sign(set.Type, SignedAnswer.DataOf(set), ttl, set.Ttl);
        else AddSignatures(Section.Answer, Owner, signed.SignaturesOf(_node, set.Type), ttl);
    }

    /// <summary>Names below <c>_explain</c> exist for steered names and their aliases only, and only as long as the zone itself has nothing there.</summary>
    private bool TryExplain(in NameLabels name, in LookupResult found, out Outcome outcome)
    {
        outcome = Outcome.Done;
        bool isFree = found.Kind == LookupKind.NameError || found.IsWildcard;
        if (!isFree || name.Count <= _zone!.ApexLabels || !NameOctets.EqualsIgnoreCase(name[0], ExplainLabel)) return false;
        SteeredIndex = _zones.FindSteered(name.From(1));
        if (SteeredIndex < 0) return false;
        if (_type == RecordType.TXT) outcome = Outcome.Explain;
        else AddSoa();
        return true;
    }

    private void AddReferral(ReadOnlySpan<byte> cut)
    {
        Zone zone = _zone!;
        RRset servers = zone.Find(_node, RecordType.NS);
        IsTruncated = !Message.TryAdd(Section.Authority, OwnerName.Of(cut), RecordType.NS, servers.Ttl, servers.Data, servers.Count);
        if (Signed is { } signed) AddDelegationSigner(zone, signed, cut);
        IsTruncated = IsTruncated || !AdditionalSection.AddGlue(ref Message, zone, servers, cut);
    }

    /// <summary>RFC 4035 section 3.1.4: DS, or the proof that there is none.</summary>
    private void AddDelegationSigner(Zone zone, ZoneSignatures signed, ReadOnlySpan<byte> cut)
    {
        RRset set = zone.Find(_node, RecordType.DS);
        if (set.Count > 0)
        {
            IsTruncated |= !Message.TryAdd(Section.Authority, OwnerName.Of(cut), RecordType.DS, set.Ttl, set.Data, set.Count);
            AddSignatures(Section.Authority, OwnerName.Of(cut), signed.SignaturesOf(_node, RecordType.DS), set.Ttl);
        }
        else
        {
            _absence = Absence.NoDelegationSigner;
        }
        CloseAuthority();
    }

    private bool TryFollow()
    {
        RRset set = _zone!.Find(_node, RecordType.CNAME);
        ReadOnlySpan<byte> target = set.First;
        OwnerName owner = Owner;
        if (!Message.TryAddCname(owner, set.Ttl, target, out int at))
        {
            IsTruncated = true;
            return false;
        }
        AddSignaturesOf(set, set.Ttl);
        return !IsTruncated && TryGoTo(owner, OwnerName.At(at, target));
    }

    /// <summary>RFC 6672 section 3.2: the DNAME, the CNAME that it stands for, and on with the new name.</summary>
    private bool TrySubstitute(in NameLabels name, in LookupResult found)
    {
        RRset set = _zone!.Find(found.Node, RecordType.DNAME);
        ReadOnlySpan<byte> target = set.First;
        OwnerName owner = Owner;
        if (_aliases.IsNewDname(_zoneIndex, found.Node))
        {
            var above = OwnerName.Of(name.From(found.Label));
            IsTruncated = !Message.TryAdd(Section.Answer, above, RecordType.DNAME, set.Ttl, set.Data, 1);
            if (Signed is { } signed && !IsTruncated) AddSignatures(Section.Answer, above, signed.SignaturesOf(found.Node, RecordType.DNAME), set.Ttl);
            if (IsTruncated) return false;
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
        return _type is not (RecordType.CNAME or RecordType.ANY) && TryGoTo(owner, next);
    }

    /// <returns>False when the chain has been here before: everything there is to say has been said.</returns>
    private bool TryGoTo(OwnerName from, OwnerName to)
    {
        if (!_aliases.TryAdd(from.Offset, Message, to.Name)) return false;
        Owner = to;
        return true;
    }
}
