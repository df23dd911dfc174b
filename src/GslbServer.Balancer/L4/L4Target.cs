using System.Net;
using System.Text;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>One destination at run time: what is open there, and whether it is believed to serve. It lives across reloads while its name and address stay. Safe for many threads.</summary>
internal sealed class L4Target
{
    private readonly Lock _judging = new();
    private readonly StrongLong _connections = new(), _failures = new(), _sent = new(), _received = new();
    private volatile L4DestinationSettings _settings;
    private volatile IPEndPoint[] _endPoints;
    private RiseFall _verdict;
    private long _ejectedUntil = long.MinValue;
    private int _active, _failuresInARow, _turn;

    public L4Target(string name, L4DestinationSettings settings)
    {
        (Name, _settings) = (name, settings);
        Address = L4Address.TryParse(settings.Address, out L4Address address) ? address : throw new FormatException(settings.Address);
        _endPoints = Address.Literal is { } literal ? [new IPEndPoint(literal, Address.Port)] : [];
        Seed = L4Choice.HashOf(Encoding.UTF8.GetBytes(settings.Address));
    }

    public string Name { get; }

    public L4Address Address { get; }

    /// <summary>Of its address: the same at every balancer.</summary>
    public ulong Seed { get; }

    /// <summary>Of <see cref="SmoothWeights"/>; its pool's lock guards it.</summary>
    public double Credit { get; set; }

    public L4DestinationSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    public int Active => Volatile.Read(ref _active);

    public long Connections => _connections.Value;

    public long Failures => _failures.Value;

    /// <summary>Octets to the destination.</summary>
    public StrongLong Sent => _sent;

    /// <summary>Octets from it.</summary>
    public StrongLong Received => _received;

    public DestinationHealth Checked
    {
        get
        {
            lock (_judging) return _verdict.Health;
        }
    }

    /// <summary>A name has as many as it was last found to have; they take turns. Null until it was found.</summary>
    public IPEndPoint? NextEndPoint()
    {
        IPEndPoint[] all = _endPoints;
        return all.Length == 0 ? null : all[(uint)Interlocked.Increment(ref _turn) % all.Length];
    }

    public void Resolved(IEnumerable<IPAddress> addresses) => _endPoints = [.. addresses.Select(address => new IPEndPoint(address, Address.Port))];

    /// <summary>Whether it may be asked at all: not known to be down by its checks, and somewhere.</summary>
    public bool IsThere => _endPoints.Length > 0 && Checked != DestinationHealth.Unhealthy;

    public bool IsEjected(TimeSpan now) => now.Ticks < Volatile.Read(ref _ejectedUntil);

    public void Enter() => Interlocked.Increment(ref _active);

    public void Leave() => Interlocked.Decrement(ref _active);

    public void Served()
    {
        _connections.Add(1);
        if (Volatile.Read(ref _failuresInARow) != 0) Volatile.Write(ref _failuresInARow, 0);
    }

    /// <returns>True if this one ejected it.</returns>
    public bool Failed(TimeSpan now, L4Settings settings)
    {
        _failures.Add(1);
        if (Interlocked.Increment(ref _failuresInARow) < settings.EjectAfter || IsEjected(now)) return false;
        Volatile.Write(ref _failuresInARow, 0);
        Volatile.Write(ref _ejectedUntil, (now + settings.EjectFor).Ticks);
        return true;
    }

    /// <summary>One more check has ended.</summary>
    public (DestinationHealth Before, DestinationHealth After) Judge(bool success, L4CheckSettings check)
    {
        lock (_judging)
        {
            DestinationHealth before = _verdict.Health;
            _verdict = _verdict.After(success, check.Rise, check.Fall);
            return (before, _verdict.Health);
        }
    }

    /// <summary>Checks were switched off: nothing is known of it.</summary>
    public void Forget()
    {
        lock (_judging) _verdict = default;
    }
}
