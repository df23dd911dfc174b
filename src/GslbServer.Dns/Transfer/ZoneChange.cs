namespace GslbServer.Dns;

/// <summary>How a zone became the next one: what IXFR sends (RFC 1995 section 4).</summary>
/// <param name="From">The SOA before.</param>
/// <param name="Deleted">Without the SOA.</param>
/// <param name="To">The SOA after.</param>
/// <param name="Added">Without the SOA.</param>
public sealed record ZoneChange(TransferRecord From, IReadOnlyList<TransferRecord> Deleted, TransferRecord To, IReadOnlyList<TransferRecord> Added)
{
    public uint FromSerial => SoaRdata.Read(From.Rdata).Serial;

    public uint ToSerial => SoaRdata.Read(To.Rdata).Serial;

    /// <summary>Records, both SOA among them.</summary>
    public int Count => Deleted.Count + Added.Count + 2;
}
