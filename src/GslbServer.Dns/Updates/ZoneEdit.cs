namespace GslbServer.Dns;

/// <summary>One record that an update put into a zone, or took out of it.</summary>
/// <param name="Rdata">Wire form, names uncompressed.</param>
/// <param name="Ttl">Seconds; null for a record that is taken out.</param>
/// <param name="Revision">When, and at which node: of two edits of one record the ordinally higher counts.</param>
/// <param name="By">The key that signed the update.</param>
public sealed record ZoneEdit(DomainName Owner, RecordType Type, byte[] Rdata, uint? Ttl, string Revision, string By)
{
    /// <summary>The record that it is about, without its TTL.</summary>
    internal EditKey Key => new(Owner, Type, Convert.ToHexString(CanonicalRdata.Of(Type, Rdata)));

    /// <summary>Whether a file has the record.</summary>
    public bool IsIn(ZoneFile file) => file.Records.At(Owner).Any(r => r.Type == Type && CanonicalRdata.AreEqual(Type, r.Rdata, Rdata));

    public override string ToString() => $"{(Ttl is { } ttl ? $"+ {Owner} {ttl}" : $"- {Owner}")} {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}";
}

/// <summary>A record as data (RFC 2181 section 5).</summary>
internal readonly record struct EditKey(DomainName Owner, RecordType Type, string Rdata);
