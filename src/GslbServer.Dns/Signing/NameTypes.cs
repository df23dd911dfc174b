namespace GslbServer.Dns;

/// <summary>What denial says of the names of one zone: which types each has (RFC 4034 section 4.1.2, RFC 5155 section 7.1), and which names denial speaks of at all.</summary>
/// <remarks>REGION, CHECK and STEER are never answered and so left out. A steered name has A and AAAA where it may ever answer them.</remarks>
internal sealed class NameTypes
{
    private readonly Zone _zone;
    private readonly DenialKind _denial;
    private readonly RecordType[] _atApex;
    private readonly Func<int, AddressTypes> _steeredTypes;
    private readonly bool[] _isHidden;
    private readonly bool[] _isAbove; // by node, whether a name with authority is below

    /// <param name="atApex">Types that signing adds to the apex.</param>
    /// <param name="steeredTypes">By steering index.</param>
    public NameTypes(Zone zone, DenialKind denial, RecordType[] atApex, Func<int, AddressTypes> steeredTypes)
    {
        (_zone, _denial, _atApex, _steeredTypes) = (zone, denial, atApex, steeredTypes);
        NameTable names = zone.Names;
        _isHidden = new bool[names.Count];
        _isAbove = new bool[names.Count];
        for (int node = 1; node < names.Count; node++) // parents come before their children
        {
            int parent = names.ParentOf(node);
            _isHidden[node] = _isHidden[parent] || zone.Is(parent, NodeFlags.Cut) || zone.Is(parent, NodeFlags.Dname) || zone.Is(node, NodeFlags.Gone);
        }
        for (int node = names.Count - 1; node > 0; node--)
            _isAbove[names.ParentOf(node)] |= !_isHidden[node] && (_isAbove[node] || !zone.Is(node, NodeFlags.Empty));
    }

    /// <summary>Whether a name is below a cut or a DNAME: then nothing here is said of it.</summary>
    public bool IsHidden(int node) => _isHidden[node];

    /// <summary>Whether denial has a record at this name. NSEC: where there are records; NSEC3 and compact denial: at empty non-terminals too.</summary>
    public bool IsInChain(int node) => !_isHidden[node] && (!_zone.Is(node, NodeFlags.Empty) || node == 0 || (_denial != DenialKind.Nsec && _isAbove[node]));

    /// <summary>Whether an RRset of a name in the chain is signed: not the NS and glue of a delegation, and no configuration.</summary>
    public bool IsSigned(int node, RecordType type) => !IsConfiguration(type) && (!_zone.Is(node, NodeFlags.Cut) || type == RecordType.DS);

    public static bool IsConfiguration(RecordType type) => type is RecordType.REGION or RecordType.CHECK or RecordType.STEER;

    /// <param name="types">Filled anew, in no order.</param>
    public void Find(int node, List<RecordType> types)
    {
        types.Clear();
        bool isCut = _zone.Is(node, NodeFlags.Cut);
        foreach (RRset set in _zone.SetsOf(node))
        {
            if (IsSigned(node, set.Type) || (isCut && set.Type == RecordType.NS)) types.Add(set.Type);
        }
        if (!isCut && _zone.Is(node, NodeFlags.Steered)) AddSteered(node, types);
        if (node == 0) types.AddRange(_atApex);
        // A delegation without DS has nothing signed but its NSEC.
        if (_denial != DenialKind.Nsec3) types.AddRange([RecordType.NSEC, RecordType.RRSIG]);
        else if (types.Count > 0 && !(isCut && types.Count == 1)) types.Add(RecordType.RRSIG);
    }

    private void AddSteered(int node, List<RecordType> types)
    {
        AddressTypes answered = _steeredTypes(_zone.SteeringIndexOf(node));
        if ((answered & AddressTypes.IPv4) != 0 && !types.Contains(RecordType.A)) types.Add(RecordType.A);
        if ((answered & AddressTypes.IPv6) != 0 && !types.Contains(RecordType.AAAA)) types.Add(RecordType.AAAA);
    }
}
