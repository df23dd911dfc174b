namespace GslbServer;

/// <summary>What carries queries to a node.</summary>
public enum Transport : byte
{
    Udp,
    Tcp,
    Tls,
    Https,
}

/// <summary>How a query came, as far as its answer depends on it.</summary>
/// <param name="IdleTimeout">How long its connection may idle, in units of 100 ms; 0 where nobody is to be told.</param>
public readonly record struct Arrival(Transport Transport, ushort IdleTimeout = 0)
{
    public static readonly Arrival Datagram = new(Transport.Udp);

    public bool IsStream => Transport != Transport.Udp;

    public bool IsEncrypted => Transport >= Transport.Tls;
}
