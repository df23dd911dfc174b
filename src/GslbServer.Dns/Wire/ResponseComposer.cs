namespace GslbServer.Dns;

/// <summary>What the server says of itself: NSID (RFC 5001), <c>id.server</c> and <c>version.bind</c> in class CHAOS (RFC 4892).</summary>
public sealed record ServerIdentity(string Id, string Version);

/// <summary>Where the data of a query's answer ended.</summary>
public enum Outcome
{
    /// <summary>The response is complete but for <see cref="ResponseComposer.Finish"/>.</summary>
    Done,

    /// <summary>The name (or the end of its alias chain) is steered, for A or AAAA: steering decides, then one of the Add methods follows.</summary>
    Steered,

    /// <summary>The name is below <c>_explain.</c> of a steered name, type TXT: the caller checks who asks and adds TXT strings.</summary>
    Explain,
}

/// <summary>Composes one response, sections in wire order, in the caller's buffer. No allocation; truncates on whole RRsets and sets TC.</summary>
/// <example><code>
/// var response = new ResponseComposer(zones, packet, query, buffer, limit, identity);
/// if (response.Compose() == Outcome.Steered) { ...decide...; response.AddAddresses(...); }
/// int length = response.Finish(scopePrefixLength);
/// </code></example>
public ref struct ResponseComposer
{
    /// <param name="packet">The query as received; its question is echoed with its case.</param>
    /// <param name="buffer">At least 512 octets.</param>
    /// <param name="limit">Octets that the transport takes: 65535 on a stream; on UDP the reader's and our own limit, whichever is smaller.</param>
    public ResponseComposer(ZoneSet zones, ReadOnlySpan<byte> packet, in Query query, Span<byte> buffer, int limit, ServerIdentity identity)
        => throw new NotImplementedException();

    /// <summary>Index of the steered name; meaningful after <see cref="Outcome.Steered"/> and <see cref="Outcome.Explain"/>.</summary>
    public int SteeredIndex => throw new NotImplementedException();

    /// <summary>The family asked for at the steered name.</summary>
    public bool WantsIPv6 => throw new NotImplementedException();

    public Outcome Compose() => throw new NotImplementedException();

    /// <summary>One address RRset at the steered owner. Call once with all addresses.</summary>
    /// <param name="addresses">4 octets each for A, 16 for AAAA.</param>
    /// <param name="rotation">Any number: the RRset starts at this one modulo its count.</param>
    public void AddAddresses(scoped ReadOnlySpan<byte> addresses, int rotation, uint ttl) => throw new NotImplementedException();

    /// <summary>The answer is this CNAME, alone.</summary>
    /// <param name="target">Uncompressed wire form.</param>
    public void AddCname(scoped ReadOnlySpan<byte> target, uint ttl) => throw new NotImplementedException();

    /// <summary>The A or AAAA records written beside the STEER, with steering's TTL; nothing there is NODATA.</summary>
    public void AddStaticFallback(uint ttl) => throw new NotImplementedException();

    /// <summary>NOERROR without answer; the SOA goes to the authority section.</summary>
    public void AddNoData() => throw new NotImplementedException();

    /// <summary>TXT strings of at most 255 octets each (cut where longer), one record per line, TTL 0. Cold: explain only.</summary>
    public void AddExplanation(IEnumerable<string> lines) => throw new NotImplementedException();

    /// <summary>Drops what was composed and answers with this code.</summary>
    public void Fail(Rcode rcode) => throw new NotImplementedException();

    /// <summary>Writes OPT (with NSID, with the Client Subnet echoed) and the counts.</summary>
    /// <param name="scopePrefixLength">Of a steered answer; anything else is answered with scope 0.</param>
    /// <returns>Octets in the buffer.</returns>
    public int Finish(byte scopePrefixLength) => throw new NotImplementedException();

    /// <summary>A whole error response, for what <see cref="QueryReader"/> refused: header, the question where it could be read, OPT where the query had one.</summary>
    public static int WriteError(ReadOnlySpan<byte> packet, in Query query, Rcode rcode, Span<byte> buffer) => throw new NotImplementedException();

    /// <summary>The response code composed so far, for counters.</summary>
    public Rcode Rcode => throw new NotImplementedException();
}
