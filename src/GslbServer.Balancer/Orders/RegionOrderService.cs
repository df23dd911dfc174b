using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Hears from the stores what operators want of this region, and lets its connections go while traffic is to leave. A lost store changes nothing: the last order heard stands until its end.</summary>
internal sealed class RegionOrderService(GlobalLayer layer, ServingState state, TimeProvider time, ILogger<RegionOrderService> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private OperatorOverride? _order;

    /// <summary>In force as far as is known; null for none.</summary>
    public OperatorOverride? Order => Volatile.Read(ref _order);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<OperatorOverride> heard = [];
        string region = state.Settings.Options.Region ?? "";
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            do
            {
                heard = await HearAsync(stoppingToken) ?? heard;
                OperatorOverride? order = RegionOrder.Find(heard, region, time.GetUtcNow());
                if (RegionOrder.Leaves(order) != RegionOrder.Leaves(Order)) Log.RegionOrdered(logger, region, order is null ? "serve" : $"{order.State} ({order.Reason})");
                Volatile.Write(ref _order, order);
                state.CloseShare = RegionOrder.ShareToClose(order, time.GetUtcNow());
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    /// <returns>Null while no store can be read.</returns>
    private async Task<IReadOnlyList<OperatorOverride>?> HearAsync(CancellationToken cancel)
    {
        foreach (IStateStore store in layer.Stores)
        {
            try
            {
                return (await store.ReadAsync(cancel)).Overrides;
            }
            catch (StoreUnavailableException)
            {
                // Another may answer; whoever beats the heart warns.
            }
        }

        return null;
    }
}
