using GslbServer.State;
using GslbServer.Steering;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests;

/// <summary>A node's shared state on its stores, moved by hand: one <see cref="RoundAsync"/> is one second's work.</summary>
internal sealed class SteppedNode
{
    private readonly StoreLink[] _links;

    public SteppedNode(string name, TimeProvider time, params IStateStore[] stores)
    {
        Shared = new SharedState(new NodeIdentity(name, null, "gslb"), time);
        _links = [.. stores.Select((store, i) => new StoreLink(store, i == 0, Shared, NullLogger.Instance, _ => { }))];
    }

    public SharedState Shared { get; }

    public IReadOnlyList<StoreStatus> Stores => [.. _links.Select(link => link.Status)];

    public OverrideState? StateOf(string target = "eu-west") => Shared.Overrides.FirstOrDefault(o => o.Target == target)?.State;

    public VantageView? Of(string node) => Shared.Vantages.FirstOrDefault(v => v.Report.Node == node);

    public bool IsFresh(string node) => Of(node) is { } view && view.LastAdvanced >= Shared.Now - HealthMerge.Freshness;

    public async Task RoundAsync()
    {
        foreach (StoreLink link in _links)
            await link.RoundAsync(TimeSpan.FromSeconds(1), default);
    }
}
