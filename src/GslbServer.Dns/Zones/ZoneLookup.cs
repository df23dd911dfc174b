namespace GslbServer.Dns;

internal enum LookupKind
{
    /// <summary>The name exists, by itself or through a wildcard; whether it has the type is another question.</summary>
    Match,

    /// <summary>The name is at or below a zone cut.</summary>
    Delegation,

    /// <summary>The name is below a DNAME.</summary>
    Dname,

    NameError,
}

/// <summary>Where the walk down a zone ended.</summary>
/// <param name="Node">The matching node, the cut, the owner of the DNAME; the closest encloser of a name that does not exist.</param>
/// <param name="Label">Index of the first label of that node's name in the name asked for; of a wildcard's closest encloser.</param>
internal readonly record struct LookupResult(LookupKind Kind, int Node, int Label, bool IsWildcard);

/// <summary>Finds names in a zone: RFC 1034 section 4.3.2 step 3, RFC 4592 section 3.3, RFC 6672 section 3.2.</summary>
internal static class ZoneLookup
{
    private static ReadOnlySpan<byte> Asterisk => [1, (byte)'*'];

    /// <param name="name">A name at or below the apex.</param>
    /// <param name="first">The label that the name sought begins with: 0 for the whole name.</param>
    public static LookupResult Find(Zone zone, in NameLabels name, int first, RecordType type)
    {
        int node = 0;
        for (int label = name.Count - zone.ApexLabels; ; label--)
        {
            NodeFlags flags = zone.FlagsOf(node);
            if ((flags & NodeFlags.Cut) != 0 && !(label == first && type == RecordType.DS)) return new(LookupKind.Delegation, node, label, false);
            if (label == first) return new(LookupKind.Match, node, label, false);
            if ((flags & NodeFlags.Dname) != 0) return new(LookupKind.Dname, node, label, false);

            int child = zone.Names.FindChild(node, name[label - 1]);
            if (child < 0)
            {
                return (flags & NodeFlags.HasWildcard) != 0
                    ? new(LookupKind.Match, zone.Names.FindChild(node, Asterisk), label, true)
                    : new(LookupKind.NameError, node, label, false);
            }
            node = child;
        }
    }
}
