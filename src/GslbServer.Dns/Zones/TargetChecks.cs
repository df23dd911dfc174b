namespace GslbServer.Dns;

/// <summary>Names that NS, MX and SRV point to: no alias (RFC 2181 section 10.3), no address in a name's place, and with addresses where this zone must have them.
/// NS that cannot work are errors, and so is an MX that is an alias; other MX and SRV are warnings, as in BIND.</summary>
internal static class TargetChecks
{
    public static IEnumerable<ZoneDiagnostic> Check(DomainName apex, ZoneNames names)
    {
        for (int i = 0; i < names.Records.Count; i++)
        {
            int nameAt = names.Records.TypeAt(i) switch { RecordType.NS => 0, RecordType.MX => 2, RecordType.SRV => 6, _ => -1 };
            if (nameAt < 0 || !names.Records.OwnerAt(i).IsAtOrBelow(apex))
                continue;
            ZoneRecord record = names.Records[i];
            string? fault = Fault(apex, names, record, DomainName.FromWire(record.Rdata.AsSpan(nameAt)), out bool isError);
            if (fault is not null)
                yield return isError ? ZoneChecks.Error(record, fault) : ZoneChecks.Warning(record, fault);
        }
    }

    private static string? Fault(DomainName apex, ZoneNames names, ZoneRecord record, DomainName target, out bool isError)
    {
        isError = record.Type == RecordType.NS;
        string type = RecordTypeName.Of(record.Type);
        // "." says that there is no such service (RFC 2782, RFC 7505).
        if (target.IsRoot)
            return record.Type == RecordType.NS ? "NS . names no server; expected a domain name" : null;
        if (LooksLikeAddress(target, apex))
            return $"{type} {target} looks like an address; expected the name of a host, which has the address";
        if (!target.IsAtOrBelow(apex))
            return null;
        if (AliasChecks.FindDnameAbove(apex, names, target) is { } dname)
            return $"{type} {target} is below the DNAME at {dname}; expected a name with addresses of its own";
        if (FindCut(apex, names, target) is { } cut)
        {
            // Under its own delegation a name server can only be found through glue; under another one the child may know it.
            bool needsGlue = record.Type == RecordType.NS && cut.Equals(record.Owner);
            return needsGlue && (names.ContentOf(target) & NameContent.Address) == 0
                ? $"NS {target} has no glue; expected an A or AAAA at {target} (RFC 1034 section 4.2.1)" : null;
        }
        NameContent content = ContentWithWildcards(apex, names, target);
        if ((content & NameContent.Cname) != 0)
        {
            isError = record.Type != RecordType.SRV;
            return $"{type} {target} is a CNAME; expected a name with addresses of its own (RFC 2181 section 10.3)";
        }
        return (content & (NameContent.Address | NameContent.Steer)) == 0
            ? $"{type} {target} has no address; expected an A or AAAA at that name in this zone"
            : null;
    }

    /// <summary>The highest delegation at or above a name, apex left out; null for what this zone answers itself.</summary>
    private static DomainName? FindCut(DomainName apex, ZoneNames names, DomainName name)
    {
        DomainName? cut = null;
        for (; !name.IsRoot && !name.Equals(apex); name = name.Parent)
            if ((names.ContentOf(name) & NameContent.Ns) != 0)
                cut = name;
        return cut;
    }

    private static NameContent ContentWithWildcards(DomainName apex, ZoneNames names, DomainName name)
    {
        NameContent content = names.ContentOf(name);
        Span<byte> wildcard = stackalloc byte[DomainName.MaxLength + 2];
        wildcard[0] = 1;
        wildcard[1] = (byte)'*';
        while (content == NameContent.None && !name.Equals(apex) && !name.IsRoot)
        {
            name = name.Parent;
            name.Wire.CopyTo(wildcard[2..]);
            content = names.ContentOf(wildcard[..(name.Wire.Length + 2)]);
            if (names.ContentOf(name) != NameContent.None)
                break;
        }
        return content;
    }

    /// <summary>True for 192.0.2.1 and 2001:db8::1, absolute or completed with the zone's name.</summary>
    private static bool LooksLikeAddress(DomainName target, DomainName apex)
    {
        Span<char> text = stackalloc char[64];
        Span<byte> address = stackalloc byte[16];
        int extra = target.IsAtOrBelow(apex) && !apex.IsRoot ? target.LabelCount - apex.LabelCount : target.LabelCount;
        if (extra is not (1 or 4))
            return false;
        int length = 0;
        ReadOnlySpan<byte> wire = target.Wire;
        for (int label = 0; label < extra; label++, wire = wire[(1 + wire[0])..])
        {
            if (length + wire[0] + 1 > text.Length)
                return false;
            foreach (byte octet in wire.Slice(1, wire[0]))
                text[length++] = (char)octet;
            if (label < extra - 1)
                text[length++] = '.';
        }
        return extra == 4 ? AddressText.TryParseIPv4(text[..length], address) : AddressText.TryParseIPv6(text[..length], address);
    }
}
