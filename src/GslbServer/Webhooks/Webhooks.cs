using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GslbServer.State;

namespace GslbServer;

/// <summary>Tells webhooks of the events of this node. What every node of a cluster sees, a transition or an override, one of them tells: the first that claims it in a store. What is only this node's, a
/// reload, each tells for itself; and where no store can be asked, each tells all: better twice than never.</summary>
internal sealed class Webhooks : IDisposable
{
    /// <summary>Within so long after the first node, the others see the same event; a second one just like it takes longer to come.</summary>
    private static readonly TimeSpan Claimed = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan ClaimLimit = TimeSpan.FromSeconds(2);

    /// <summary>Kinds that all nodes of a cluster see alike.</summary>
    private static readonly string[] OfCluster = ["transition", "override", "damping", "circuit"];

    private readonly NodeOptions _options;
    private readonly EventLog _events;
    private readonly long _boot;
    private readonly TimeProvider _time;
    private readonly ILeaseStore[] _stores;
    private readonly WebhookEndpoint[] _endpoints;
    private long _left;

    /// <param name="stores">In the same order on every node, as far as they have the same ones.</param>
    public Webhooks(NodeOptions options, IEnumerable<RedisStore> stores, EventLog events, TimeProvider time, Random chance, ILogger logger)
    {
        (_options, _events, _time, _boot) = (options, events, time, time.GetUtcNow().ToUnixTimeMilliseconds());
        _stores = [.. stores.OrderBy(store => store.Name, StringComparer.Ordinal).Select(store => store.Leases)];
        _endpoints = [.. options.Webhooks.Urls.Select(url => new WebhookEndpoint(url, options.Webhooks.SecretFile, time, chance, logger))];
    }

    /// <summary>In the order of the options.</summary>
    public IReadOnlyList<WebhookEndpoint> Endpoints => _endpoints;

    /// <summary>Events that another node tells.</summary>
    public long LeftToOthers => Volatile.Read(ref _left);

    public async Task RunAsync(CancellationToken stop)
    {
        if (_endpoints.Length == 0)
        {
            return;
        }

        Task deliveries = Task.WhenAll(_endpoints.Select(endpoint => endpoint.RunAsync(stop)));
        try
        {
            await foreach (NodeEvent e in _events.ReadAsync(0, stop))
            {
                // What is found up after a start is no news.
                if (!_options.Webhooks.Events.Contains(e.Kind) || e is { Kind: "transition", From: "unknown", To: "up" })
                {
                    continue;
                }

                if (OfCluster.Contains(e.Kind) && !await TryClaimAsync(e, stop))
                {
                    Interlocked.Increment(ref _left);
                    continue;
                }

                var message = WebhookMessage.Of(e, string.Create(CultureInfo.InvariantCulture, $"{_options.Node}-{_boot}-{e.Id}"), _options.Cluster, _options.Node, _options.Region);
                Array.ForEach(_endpoints, endpoint => endpoint.Offer(message));
            }
        }
        catch (OperationCanceledException)
        {
        }

        await deliveries;
    }

    public void Dispose() => Array.ForEach(_endpoints, endpoint => endpoint.Dispose());

    /// <summary>A bucket with one token, which is full again when the event may come again.</summary>
    private async Task<bool> TryClaimAsync(NodeEvent e, CancellationToken stop)
    {
        string name = "webhook:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{e.Kind}\n{e.Subject}\n{e.From}\n{e.To}"))[..12]);
        var request = new LeaseRequest(name, 1 / Claimed.TotalSeconds, Depth: 1, Want: 1, Spent: 0);
        foreach (ILeaseStore store in _stores)
        {
            try
            {
                using var limit = new CancellationTokenSource(ClaimLimit, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
                IReadOnlyList<LeaseGrant> grants = await store.TakeAsync([request], either.Token);
                return grants[0].Tokens > 0;
            }
            catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException && !stop.IsCancellationRequested)
            {
                // The next store, or nobody to ask.
            }
        }

        return true;
    }
}
