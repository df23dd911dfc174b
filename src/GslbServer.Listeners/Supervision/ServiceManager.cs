using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GslbServer;

/// <summary>Whoever supervises this process, told how it is: lines over the datagram socket of <c>NOTIFY_SOCKET</c>, as systemd and what imitates it want them. Without that variable nobody is told.</summary>
/// <remarks>sd_notify(3), sd_watchdog_enabled(3). Telling never fails and never waits: a supervisor that does not listen is no reason not to serve.</remarks>
internal sealed class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _to;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private string _status = "";

    private ServiceManager(UnixDomainSocketEndPoint? to, TimeSpan? watchdog, TimeProvider time)
    {
        (_to, Watchdog, _time) = (to, watchdog, time);
        _socket = to is null ? null : new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    }

    public bool IsThere => _to is not null;

    /// <summary>How long it lets this process be silent before it ends it; null if that does not matter to it.</summary>
    public TimeSpan? Watchdog { get; }

    /// <param name="environment">Variables of this process: <c>NOTIFY_SOCKET</c> (a path, or @ and an abstract name), <c>WATCHDOG_USEC</c>, <c>WATCHDOG_PID</c>.</param>
    public static ServiceManager Of(Func<string, string?> environment, TimeProvider time)
    {
        UnixDomainSocketEndPoint? to = environment("NOTIFY_SOCKET") switch
        {
            ['/', ..] path => EndPoint(path),
            ['@', _, ..] name => EndPoint("\0" + name[1..]),
            _ => null,
        };
        bool isOurs = environment("WATCHDOG_PID") is not { Length: > 0 } process || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool isOn = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0;
        return new ServiceManager(to, to is not null && isOurs && isOn ? TimeSpan.FromMicroseconds(microseconds) : null, time);
    }

    /// <summary>It does what it is for.</summary>
    public void Ready(string status) => Tell("READY=1", StatusLine(status));

    /// <summary>It reads its configuration again; <see cref="Ready"/> ends that.</summary>
    public void Reloading() => Tell("RELOADING=1", $"MONOTONIC_USEC={MonotonicMicroseconds.ToString(CultureInfo.InvariantCulture)}", StatusLine("reloading"));

    public void Stopping() => Tell("STOPPING=1", StatusLine("stopping"));

    /// <summary>The service goes on in another process, which may speak for it from now on.</summary>
    public void HandOver(int process) => Tell($"MAINPID={process.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>For people, one line; sent when it has changed.</summary>
    public void Status(string status)
    {
        if (status != _status)
        {
            Tell(StatusLine(status));
        }
    }

    /// <summary>It is alive, by whatever it knows of itself.</summary>
    public void Alive() => Tell("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    /// <summary>CLOCK_MONOTONIC, on which the system's <see cref="TimeProvider"/> runs.</summary>
    private long MonotonicMicroseconds => (long)_time.GetElapsedTime(0).TotalMicroseconds;

    private string StatusLine(string status) => $"STATUS={_status = status.ReplaceLineEndings(" ")}";

    private void Tell(params ReadOnlySpan<string> lines)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines)), _to!);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone, or does not read; it will find out in its own way.
        }
    }

    private static UnixDomainSocketEndPoint? EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Too long for a socket: nobody can listen there.
            return null;
        }
    }
}
