using System.Diagnostics;
using System.Net;

namespace GslbServer.Scenarios.Harness;

/// <summary>A small Internet: machines that reach each other by paths of chosen length. It carries IP packets between their TUN devices and holds each back for as long as its
/// path takes, so kernels see true round trips: handshakes, retransmissions and <c>TCP_INFO</c> are as on a real path. IPv4; takes the rights of root.</summary>
/// <example><code>
/// await using var network = new PathNetwork();
/// PathHost server = await network.AddAsync("server", "192.0.2.1"), client = await network.AddAsync("client", "198.51.100.7");
/// network.SetRoundTrip("198.51.100.7", "192.0.2.1", 40);
/// </code></example>
public sealed class PathNetwork : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly object _pulse = new();
    private readonly Dictionary<IPAddress, PathHost> _hosts = [];
    private readonly Dictionary<(IPAddress, IPAddress), PathState> _paths = [];
    private readonly Random _chance = new(1);
    private readonly PriorityQueue<(PathHost To, byte[] Packet), (long Due, long Number)> _travelling = new();
    private readonly List<Thread> _threads = [];
    private volatile bool _stopping;
    private long _number, _carried;

    public PathNetwork() => Start("path sender", Send);

    /// <summary>Packets delivered.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>Adds a machine. All its paths take no time until they are set.</summary>
    public async Task<PathHost> AddAsync(string name, params string[] addresses)
    {
        PathHost host = await PathHost.StartAsync(name, [.. addresses.Select(IPAddress.Parse)]);
        lock (_lock)
        {
            foreach (IPAddress address in host.Addresses) _hosts.Add(address, host);
        }

        Start($"path from {name}", () => Receive(host));
        return host;
    }

    /// <summary>The machine that has an address.</summary>
    public PathHost HostOf(string address)
    {
        lock (_lock) return _hosts[IPAddress.Parse(address)];
    }

    /// <summary>From now on; half of it in each direction.</summary>
    public void SetRoundTrip(string one, string other, double milliseconds)
    {
        (IPAddress a, IPAddress b) = (IPAddress.Parse(one), IPAddress.Parse(other));
        lock (_lock)
        {
            _paths[(a, b)] = _paths.GetValueOrDefault((a, b)) with { OneWayMs = milliseconds / 2 };
            _paths[(b, a)] = _paths.GetValueOrDefault((b, a)) with { OneWayMs = milliseconds / 2 };
        }
    }

    /// <summary>From now on so many of a hundred packets from one to the other are lost, by a fixed seed; 100 is a path cut in this direction, 0 heals it.</summary>
    public void SetLoss(string from, string to, double percent)
    {
        (IPAddress, IPAddress) path = (IPAddress.Parse(from), IPAddress.Parse(to));
        lock (_lock) _paths[path] = _paths.GetValueOrDefault(path) with { LossPercent = percent };
    }

    /// <summary>The next packets from one to the other are lost.</summary>
    public void Lose(string from, string to, int packets)
    {
        (IPAddress, IPAddress) path = (IPAddress.Parse(from), IPAddress.Parse(to));
        lock (_lock) _paths[path] = _paths.GetValueOrDefault(path) with { Losses = packets };
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        lock (_pulse) Monitor.Pulse(_pulse);
        foreach (Thread thread in _threads) thread.Join();
        foreach (PathHost host in _hosts.Values.Distinct()) await host.DisposeAsync();
    }

    private void Receive(PathHost host)
    {
        const int mtu = 1500, ipv4Header = 20, source = 12, destination = 16, addressLength = 4;
        byte[] buffer = new byte[mtu];
        while (!_stopping)
        {
            int length = TunDevice.Read(host.Device, buffer);
            // Kernels announce themselves over IPv6 too; nobody here has such an address.
            if (length < ipv4Header || buffer[0] >> 4 != 4) continue;
            Carry(new IPAddress(buffer.AsSpan(source, addressLength)), new IPAddress(buffer.AsSpan(destination, addressLength)), buffer.AsSpan(0, length));
        }
    }

    private void Carry(IPAddress from, IPAddress to, ReadOnlySpan<byte> packet)
    {
        PathHost? host;
        double oneWayMs;
        lock (_lock)
        {
            if (!_hosts.TryGetValue(to, out host)) return;
            PathState path = _paths.GetValueOrDefault((from, to));
            oneWayMs = path.OneWayMs;
            if (path.Losses > 0)
            {
                _paths[(from, to)] = path with { Losses = path.Losses - 1 };
                return;
            }

            if (path.LossPercent > 0 && _chance.NextDouble() * 100 < path.LossPercent) return;
        }

        long due = Stopwatch.GetTimestamp() + (long)(oneWayMs / 1000 * Stopwatch.Frequency);
        lock (_pulse)
        {
            _travelling.Enqueue((host, packet.ToArray()), (due, _number++));
            Monitor.Pulse(_pulse);
        }
    }

    private void Send()
    {
        while (!_stopping)
        {
            (PathHost To, byte[] Packet) arrived;
            lock (_pulse)
            {
                if (!_travelling.TryPeek(out _, out (long Due, long Number) next))
                {
                    Monitor.Wait(_pulse);
                    continue;
                }

                TimeSpan wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next.Due);
                if (wait > TimeSpan.Zero)
                {
                    Monitor.Wait(_pulse, TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
                    continue;
                }

                arrived = _travelling.Dequeue();
            }

            TunDevice.Write(arrived.To.Device, arrived.Packet);
            Interlocked.Increment(ref _carried);
        }
    }

    private void Start(string name, Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = name };
        lock (_lock) _threads.Add(thread);
        thread.Start();
    }

    /// <summary>One direction of a path.</summary>
    private readonly record struct PathState(double OneWayMs, int Losses, double LossPercent);
}
