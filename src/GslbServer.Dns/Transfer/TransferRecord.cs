namespace GslbServer.Dns;

/// <summary>One record by itself: of a change, or an SOA between changes.</summary>
/// <param name="Rdata">Wire form, names uncompressed.</param>
public sealed record TransferRecord(DomainName Owner, RecordType Type, uint Ttl, byte[] Rdata)
{
    public bool IsSteering => Type is RecordType.REGION or RecordType.CHECK or RecordType.STEER;

    public override string ToString() => $"{Owner} {Ttl} IN {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}";
}
