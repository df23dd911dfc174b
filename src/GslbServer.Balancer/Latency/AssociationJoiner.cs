using System.Threading.Channels;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Finds the resolver behind a client: a DNS node noted who looked up the host name that only this client's browser was told.</summary>
internal sealed class AssociationJoiner(GlobalLayer layer, TimeProvider time)
{
    /// <summary>A far region's note may come after the report.</summary>
    private const int Attempts = 5;

    private const int Most = 1024, AtOnce = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Open> _open = Channel.CreateBounded<Open>(Most);
    private readonly Channel<(Client Resolver, Client Client)> _joined = Channel.CreateBounded<(Client, Client)>(Most);
    private long _linked, _unlinked;

    /// <summary>Reports whose resolver was found, and those whose was not.</summary>
    public long Linked => Volatile.Read(ref _linked);

    public long Unlinked => Volatile.Read(ref _unlinked);

    /// <summary>Never blocks.</summary>
    public void Add(string nonce, Client client)
    {
        if (!_open.Writer.TryWrite(new Open(nonce, client, 1))) Interlocked.Increment(ref _unlinked);
    }

    public bool TryTake(out Client resolver, out Client client)
    {
        bool any = _joined.Reader.TryRead(out (Client Resolver, Client Client) pair);
        (resolver, client) = pair;
        return any;
    }

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            List<Open> round = [];
            while (round.Count < AtOnce && _open.Reader.TryRead(out Open? open)) round.Add(open);
            await Task.WhenAll(round.Select(open => JoinAsync(open, stopping)));
        }
    }

    private async Task JoinAsync(Open open, CancellationToken stopping)
    {
        Association? association = await layer.Feed.TakeAssociationAsync(open.Nonce, stopping);
        bool isTriedAgain = association is null && open.Attempt < Attempts && _open.Writer.TryWrite(open with { Attempt = open.Attempt + 1 });
        if (isTriedAgain) return;
        bool isLinked = association is not null && _joined.Writer.TryWrite((Client.From(association.Resolver), open.Client));
        Interlocked.Increment(ref isLinked ? ref _linked : ref _unlinked);
    }

    private sealed record Open(string Nonce, Client Client, int Attempt);
}
