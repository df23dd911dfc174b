using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Supervision;

/// <summary>A service manager's ear: a real datagram socket for <c>NOTIFY_SOCKET</c>.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public NotifySocket()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));
        _ = Task.Run(ListenAsync);
    }

    /// <summary>For a service with a watchdog of four seconds.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _folder.File("notify"), ["WATCHDOG_USEC"] = "4000000" };

    /// <summary>Lines, in the order in which they came.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    /// <summary>Waits for a line that begins so, behind the first <paramref name="from"/> lines.</summary>
    public async Task<string> WaitForAsync(string line, int from = 0)
    {
        await Eventually.TrueAsync(() => Heard.Skip(from).Any(one => one.StartsWith(line, StringComparison.Ordinal)), () => $"no {line} in:\n{string.Join('\n', Heard)}");
        return Heard.Skip(from).First(one => one.StartsWith(line, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }

    private async Task ListenAsync()
    {
        byte[] octets = new byte[4096];
        try
        {
            while (true)
            {
                string text = Encoding.UTF8.GetString(octets, 0, await _socket.ReceiveAsync(octets));
                lock (_heard) _heard.AddRange(text.Split('\n'));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The scenario is over.
        }
    }
}
