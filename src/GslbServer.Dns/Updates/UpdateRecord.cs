namespace GslbServer.Dns;

/// <summary>One record of a prerequisite or an update section: what it means hangs on its class (RFC 2136 sections 2.4 and 2.5).</summary>
/// <param name="Class">IN, ANY or NONE.</param>
/// <param name="Rdata">Wire form, names uncompressed; empty where only a name or an RRset is meant.</param>
public sealed record UpdateRecord(DomainName Owner, RecordType Type, ushort Class, uint Ttl, byte[] Rdata)
{
    /// <summary>As people read it in a log.</summary>
    public override string ToString() => Class switch
    {
        DnsClass.In => $"add {Owner} {Ttl} {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}",
        DnsClass.None => $"delete {Owner} {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}",
        _ => $"delete {Owner} {RecordTypeName.Of(Type)}",
    };
}
