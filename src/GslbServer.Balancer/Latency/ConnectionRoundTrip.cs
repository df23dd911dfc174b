using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>One client connection as a source of one sample, however long it lives and however much it carries. A feature of the connection, seen by all its requests.</summary>
internal sealed class ConnectionRoundTrip(Socket socket, Client client, LatencyIntake intake)
{
    /// <summary>A connection that stays open is counted after this; what was measured must not wait for its end.</summary>
    private const int PatienceSeconds = 30;

    private const int NoRequest = 0, Reading = 1, Measured = 2, Done = 3;

    private int _state, _seconds, _reported;
    private uint _first;

    /// <summary>As the first request found it; null before, and where it could not be measured.</summary>
    public double? Milliseconds => Volatile.Read(ref _first) is > 0 and var microseconds ? microseconds / 1000.0 : null;

    /// <summary>Connections without a request (checks, scans) are no users. By its first request the handshake has shown the path, before any queue of our own.</summary>
    public void OnRequest()
    {
        if (Volatile.Read(ref _state) != NoRequest || Interlocked.CompareExchange(ref _state, Reading, NoRequest) != NoRequest) return;
        if (!TcpRoundTrip.TryRead(socket, out TcpRoundTrip roundTrip)) GiveUp(UncountedConnection.Unreadable);
        // Which of its copies was answered is not known.
        else if (roundTrip.Retransmissions > 0) GiveUp(UncountedConnection.Retransmitted);
        else
        {
            Volatile.Write(ref _first, roundTrip.MinMicroseconds);
            Volatile.Write(ref _state, Measured);
        }
    }

    /// <summary>Called each second.</summary>
    public void OnSecond()
    {
        if (++_seconds == PatienceSeconds) Count();
    }

    public void OnClosed() => Count();

    /// <summary>A browser's report is taken once per connection.</summary>
    public bool TryReport() => Interlocked.Exchange(ref _reported, 1) == 0;

    private void Count()
    {
        if (Interlocked.CompareExchange(ref _state, Done, Measured) != Measured) return;
        uint min = TcpRoundTrip.TryRead(socket, out TcpRoundTrip last) ? Math.Min(_first, last.MinMicroseconds) : _first;
        intake.Add(new LatencySample(client, LatencyService.OwnRegion, min / 1000.0, LatencySource.Connection));
    }

    private void GiveUp(UncountedConnection why)
    {
        Volatile.Write(ref _state, Done);
        intake.Refuse(why);
    }
}
