using System.Collections.Concurrent;
using System.Net;

namespace GslbServer.Probing;

/// <summary>Addresses of host names by the system's resolver, for regions that are a CNAME. One lookup of a name at a time, and while a name server hangs the
/// last addresses are good enough: the probe itself tells whether they live.</summary>
internal sealed class HostAddresses(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> lookup)
{
    /// <summary>Cloud balancers move their addresses about once a minute; that often is asked anew.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<IPAddress>> OfAsync(string name, CancellationToken cancel)
    {
        Host host = _hosts.GetOrAdd(name, static n => new Host(n));
        Task<IPAddress[]> asking;
        lock (host)
        {
            if (host.Addresses is not null && time.GetElapsedTime(host.AskedAt) < Fresh)
                return host.Addresses;
            if (host.Asking is null or { IsCompleted: true })
                host.Asking = AskAsync(host);
            asking = host.Asking;
            if (host.Addresses is not null)
                return host.Addresses;
        }
        return await asking.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task<IPAddress[]> AskAsync(Host host)
    {
        // Off the caller: the system's resolver may block.
        IPAddress[] found = await Task.Run(() => lookup(host.Name.TrimEnd('.'), CancellationToken.None)).ConfigureAwait(false);
        lock (host)
        {
            host.Addresses = found;
            host.AskedAt = time.GetTimestamp();
        }
        return found;
    }

    private sealed class Host(string name)
    {
        public string Name { get; } = name;

        public IPAddress[]? Addresses { get; set; }

        public long AskedAt { get; set; }

        public Task<IPAddress[]>? Asking { get; set; }
    }
}
