using GslbServer.Steering;

namespace GslbServer;

/// <summary>How many connections there are, of all stream transports together and from each prefix, and how long one may idle: the fuller, the shorter (RFC 7766 section 6.2.3).</summary>
internal sealed class ConnectionLimits(int most, int mostPerPrefix)
{
    private static readonly ClientNetworks Loopback = new(RateLimitOptions.DefaultExempt);

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _byPrefix = [];
    private int _count;
    private volatile bool _isDraining;
    private ushort _idleTenths = Tenths(TcpLimits.Idle);

    public int Count => Volatile.Read(ref _count);

    /// <summary>A connection without a complete query, or with an answer that the client does not read, for this long is closed.</summary>
    public TimeSpan Idle => _isDraining ? TcpLimits.ShortestIdle : TimeSpan.FromMilliseconds(100 * IdleTenths);

    /// <summary>The same in units of 100 ms, as clients are told (RFC 7828); 0 asks them to close.</summary>
    public ushort IdleTenths => _isDraining ? (ushort)0 : Volatile.Read(ref _idleTenths);

    /// <summary>Connections should come to their end.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Takes a place for a connection, to be given back by <see cref="Leave"/>.</summary>
    /// <param name="isProxy">Of a peer that speaks for many: only the number of all counts.</param>
    /// <returns>What to count where there is none; null with a place.</returns>
    public Counter? Enter(in Client peer, bool isProxy)
    {
        lock (_gate)
        {
            if (_count >= most)
            {
                return Counter.TcpRefusedConnections;
            }

            if (!isProxy && !Loopback.Allows(peer))
            {
                ulong prefix = QueryGuard.PrefixOf(peer);
                int ofPrefix = _byPrefix.GetValueOrDefault(prefix);
                if (ofPrefix >= mostPerPrefix)
                {
                    return Counter.TcpRefusedOfPrefix;
                }

                _byPrefix[prefix] = ofPrefix + 1;
            }

            Changed(1);
            return null;
        }
    }

    /// <param name="peer">As it entered.</param>
    public void Leave(in Client peer, bool isProxy)
    {
        lock (_gate)
        {
            Changed(-1);
            ulong prefix = QueryGuard.PrefixOf(peer);
            if (isProxy || !_byPrefix.TryGetValue(prefix, out int ofPrefix) || Loopback.Allows(peer))
            {
                return;
            }

            if (ofPrefix == 1)
            {
                _byPrefix.Remove(prefix);
            }
            else
            {
                _byPrefix[prefix] = ofPrefix - 1;
            }
        }
    }

    /// <summary>All of the time up to half of the connections, then evenly down to the shortest.</summary>
    private void Changed(int by)
    {
        _count += by;
        double beyondHalf = Math.Clamp((2.0 * _count / most) - 1, 0, 1);
        Volatile.Write(ref _idleTenths, Tenths(TcpLimits.Idle - (beyondHalf * (TcpLimits.Idle - TcpLimits.ShortestIdle))));
    }

    private static ushort Tenths(TimeSpan time) => (ushort)(time.TotalMilliseconds / 100);
}
