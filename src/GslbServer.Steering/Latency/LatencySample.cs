namespace GslbServer.Steering;

/// <summary>How a round trip became known. The higher, the nearer to what users feel.</summary>
public enum LatencySource : byte
{
    /// <summary>Written in a table by somebody.</summary>
    Import,

    /// <summary>The handshake of a resolver that asked over TCP.</summary>
    DnsTcp,

    /// <summary>Timed by a browser.</summary>
    Beacon,

    /// <summary>The kernel's smallest round trip of a client's connection (<c>TCP_INFO</c>).</summary>
    Connection,
}

/// <summary>One round trip. One connection, one handshake, one timing of a beacon is one sample, however long it lives.</summary>
/// <param name="Client">Who: the address as seen; it is known by its /24 or /48.</param>
/// <param name="Region">Ordinal among the collector's regions.</param>
/// <param name="Milliseconds">Foreign: may be anything.</param>
public readonly record struct LatencySample(Client Client, int Region, double Milliseconds, LatencySource Source);

/// <summary>What became of a sample.</summary>
public enum SampleVerdict : byte
{
    Counted,

    /// <summary>Negative, zero or no number.</summary>
    NotPositive,

    /// <summary>Above 5 s: no path is that long; somebody was suspended.</summary>
    TooLong,

    /// <summary>Loopback, private, link-local, multicast or reserved: says nothing of a place.</summary>
    PrivateNetwork,

    /// <summary>A region that the collector does not know.</summary>
    UnknownRegion,

    /// <summary>The prefix has had its share of this epoch.</summary>
    Flooding,
}
