using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>That clients of a prefix use a resolver, and how much of its use is theirs.</summary>
public readonly record struct ResolverLink(LatencyKey Resolver, LatencyKey Client, ushort Weight);

/// <summary>Counts which client prefixes stand behind each resolver. Of a resolver the 64 heaviest are kept (space-saving: Metwally, Agrawal, El Abbadi 2005), of
/// resolvers those seen most.</summary>
internal sealed class ResolverClients(int capacity)
{
    private const int ClientsPerResolver = 64;

    private readonly Dictionary<LatencyKey, Dictionary<LatencyKey, int>> _clients = [];

    public void Add(LatencyKey resolver, LatencyKey client, int weight = 1)
    {
        if (!_clients.TryGetValue(resolver, out Dictionary<LatencyKey, int>? clients))
        {
            if (_clients.Count == capacity)
                _clients.Remove(Lightest());
            _clients[resolver] = clients = [];
        }

        int inherited = 0;
        if (clients.Count == ClientsPerResolver && !clients.ContainsKey(client))
        {
            (LatencyKey lightest, inherited) = clients.OrderBy(known => known.Value).ThenBy(known => known.Key.Bits).Select(known => (known.Key, known.Value)).First();
            clients.Remove(lightest);
        }

        clients[client] = clients.GetValueOrDefault(client, inherited) + weight;
        if (clients[client] >= ushort.MaxValue)
            Halve(clients);
    }

    public ImmutableArray<ResolverLink> CloseEpoch()
        => [.. _clients.SelectMany(resolver => resolver.Value.Select(client => new ResolverLink(resolver.Key, client.Key, (ushort)client.Value)))
            .OrderBy(link => link.Resolver.Bits).ThenBy(link => link.Client.Bits)];

    private LatencyKey Lightest() => _clients.MinBy(resolver => resolver.Value.Values.Sum()).Key;

    private static void Halve(Dictionary<LatencyKey, int> clients)
    {
        foreach ((LatencyKey key, int count) in clients.ToArray())
        {
            if (count / 2 == 0)
                clients.Remove(key);
            else
                clients[key] = count / 2;
        }
    }
}
