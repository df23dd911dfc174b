using System.Threading.Channels;
using GslbServer.State;

namespace GslbServer.Balancer;

/// <param name="Want">Tokens.</param>
/// <param name="Lent">Tokens given out already, that the lease pays first.</param>
internal readonly record struct LeaseAsk(RegionLimiter Limiter, ulong Key, int Want, int Lent);

/// <summary>Where limiters of a region ask for leases: gathers what all ask for, and takes it from the store in one call, beside the requests.</summary>
internal sealed class LeaseDesk(ServingState serving, TimeProvider time, ILeaseStore? store = null) : BackgroundService
{
    public const int MostBalancers = 64;

    private const int MostWaiting = 16_384, MostAtOnce = 256;

    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<LeaseAsk> _asks = Channel.CreateBounded<LeaseAsk>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private long _taken, _failed;
    private volatile int _counted;

    /// <summary>Calls of the store.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Of this region, this one among them: as heartbeats told last, and before that as the settings say.</summary>
    public int Balancers => _counted > 0 ? _counted : serving.Settings.Options.RegionBalancers;

    /// <summary>Never blocks.</summary>
    /// <returns>False if too many wait: ask again.</returns>
    public bool TryAsk(in LeaseAsk ask) => _asks.Writer.TryWrite(ask);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(LeaseAsync(stoppingToken), CountAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    /// <summary>Takes what is asked for now.</summary>
    internal async Task LeaseWaitingAsync(CancellationToken stopping)
    {
        var round = new List<LeaseAsk>();
        while (_asks.Reader.TryRead(out LeaseAsk ask))
        {
            round.Add(ask);
            if (round.Count < MostAtOnce && _asks.Reader.TryPeek(out _)) continue;
            await LeaseAsync(round, stopping);
            round.Clear();
        }
    }

    private async Task LeaseAsync(CancellationToken stopping)
    {
        while (await _asks.Reader.WaitToReadAsync(stopping)) await LeaseWaitingAsync(stopping);
    }

    private async Task LeaseAsync(List<LeaseAsk> round, CancellationToken stopping)
    {
        string region = serving.Settings.Options.RegionLabel;
        try
        {
            IReadOnlyList<LeaseGrant> grants = store is null ? throw new StoreUnavailableException("no store") : await store.TakeAsync([.. round.Select(ask =>
                new LeaseRequest($"{region}:{ask.Limiter.Name}:{ask.Key:x}", ask.Limiter.Rule.Rate, ask.Limiter.Rule.Depth, ask.Want, ask.Lent))], stopping);
            Interlocked.Increment(ref _taken);
            for (int i = 0; i < round.Count; i++) round[i].Limiter.Grant(round[i].Key, grants[i].Tokens, round[i].Lent, grants[i].WaitMilliseconds);
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was: each balancer gives out its own share until the store is back. Its other users tell that it is away.
            Interlocked.Increment(ref _failed);
            foreach (LeaseAsk ask in round) ask.Limiter.Fail(ask.Key);
        }
    }

    private async Task CountAsync(CancellationToken stopping)
    {
        if (store is null) return;
        using var timer = new PeriodicTimer(CountEvery, time);
        do
        {
            try
            {
                _counted = Math.Min(await store.CountBalancersAsync(serving.Settings.Options.RegionLabel, stopping), MostBalancers);
            }
            catch (StoreUnavailableException)
            {
                // What was counted last holds.
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }
}
