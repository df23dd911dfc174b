using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One datagram of a batch and the room for its answer, both on memory that does not move. The listener fills it; <see cref="QueryHandler.HandleBatch"/>
/// sets <see cref="ResponseLength"/>.</summary>
public unsafe struct Datagram
{
    /// <summary>Which of the listener's headers it came with; the handler passes it over.</summary>
    public int Header;

    /// <summary>The query as it came.</summary>
    public byte* Request;

    public int RequestLength;

    /// <summary>Where the answer goes: <see cref="MessageLimits.Udp"/> octets.</summary>
    public byte* Response;

    /// <summary>Octets of the answer; 0 for silence; <see cref="QueryHandler.Streamed"/> where it takes time.</summary>
    public int ResponseLength;

    /// <summary>The address the query came from.</summary>
    public Client Resolver;

    internal PreparedQuery Prepared;

    internal readonly ReadOnlySpan<byte> Packet => new(Request, RequestLength);

    internal readonly Span<byte> Room => new(Response, MessageLimits.Udp);
}

/// <summary>A query between reading and answering.</summary>
internal struct PreparedQuery
{
    public Query Query;
    public QueryVerdict Verdict;
    public Rcode Rcode;
}
