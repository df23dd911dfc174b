using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Health as the vantages of single regions see it, for names with <c>health-view=local</c>: whoever is nearest to one of these regions goes by what is seen from there. Frozen.</summary>
public sealed class LocalViews : IEquatable<LocalViews>
{
    private readonly ImmutableArray<(string Label, ImmutableArray<MonitorHealth> Monitors)> _views;
    private readonly int[] _viewOfRegion;

    private LocalViews(ImmutableArray<(string Label, ImmutableArray<MonitorHealth> Monitors)> views, int[] viewOfRegion)
    {
        _views = views;
        _viewOfRegion = viewOfRegion;
    }

    /// <summary>How many regions have a vantage that votes.</summary>
    public int Count => _views.Length;

    /// <summary>The region whose vantages judge this view.</summary>
    public string LabelOf(int view) => _views[view].Label;

    /// <summary>As <see cref="Topology.Monitors"/>.</summary>
    public ImmutableArray<MonitorHealth> MonitorsOf(int view) => _views[view].Monitors;

    /// <summary>The view that counts for clients who are nearest to a region: its own vantages', else those of the nearest region that has any.</summary>
    public int ViewOf(int region) => _viewOfRegion[region];

    /// <summary>Equal but for the counts of votes, which are for people.</summary>
    public bool Equals(LocalViews? other) => other is not null && _viewOfRegion.AsSpan().SequenceEqual(other._viewOfRegion) && _views.Length == other._views.Length
        && _views.Zip(other._views).All(pair => pair.First.Label == pair.Second.Label && SteeringTable.IsSame(pair.First.Monitors, pair.Second.Monitors));

    public override bool Equals(object? obj) => Equals(obj as LocalViews);

    public override int GetHashCode() => _views.Length;

    /// <param name="all">What all vantages together say: it counts where those of a region do not probe a monitor.</param>
    /// <param name="isFrozen">As of <see cref="HealthMerge.Merge"/>.</param>
    internal static LocalViews? Merge(Topology topology, List<Voter> voters, ImmutableArray<MonitorHealth> all, LocalViews? previous, Topology? previousTopology, TimeSpan now,
        bool isFrozen = false)
    {
        if (!topology.Names.Any(name => name.LocalHealthView))
            return null;
        var views = ImmutableArray.CreateBuilder<(string Label, ImmutableArray<MonitorHealth> Monitors)>();
        foreach (string label in topology.Regions.Select(region => region.Label).Distinct().Order(StringComparer.Ordinal))
        {
            List<Voter> here = voters.FindAll(voter => voter.Region == label);
            if (here.Exists(voter => voter.Fresh && !voter.Blind && topology.Checks.Any(check => !voter.Abstains(check))))
            {
                ImmutableArray<MonitorHealth> judged = Judge(topology, here, all, previous?.Find(label), previousTopology, now);
                views.Add((label, isFrozen ? HealthMerge.Settle(judged) : judged));
            }
        }

        bool hasSameVantages = previous is not null && ReferenceEquals(topology, previousTopology) && views.Select(view => view.Label).SequenceEqual(previous._views.Select(view => view.Label));
        return new LocalViews(views.ToImmutable(), hasSameVantages ? previous!._viewOfRegion : [.. topology.Regions.Select(region => Nearest(topology, region, views))]);
    }

    private ImmutableArray<MonitorHealth>? Find(string label)
    {
        foreach ((string known, ImmutableArray<MonitorHealth> monitors) in _views)
        {
            if (known == label)
                return monitors;
        }

        return null;
    }

    private static ImmutableArray<MonitorHealth> Judge(Topology topology, List<Voter> here, ImmutableArray<MonitorHealth> all, ImmutableArray<MonitorHealth>? previous,
        Topology? previousTopology, TimeSpan now)
    {
        // A region whose first vantage comes begins with what all others have seen until now.
        MonitorHealth[] before = previous is null ? [.. all] : HealthMerge.CarryOver(topology, previous, previousTopology);
        ImmutableArray<MonitorHealth> judged = HealthMerge.Judge(topology, here, before, now, out _);
        return [.. judged.Select((health, i) => here.Exists(voter => voter.HasSay(i)) ? health : all[i])];
    }

    private static int Nearest(Topology topology, Region region, IReadOnlyList<(string Label, ImmutableArray<MonitorHealth> Monitors)> views)
    {
        var site = Site.At(region.Latitude, region.Longitude);
        (double Metres, int View) best = (double.MaxValue, -1);
        for (int view = 0; view < views.Count; view++)
        {
            double metres = topology.Regions.Where(other => other.Label == views[view].Label).Min(other => site.MetresTo(Site.At(other.Latitude, other.Longitude)));
            if (metres < best.Metres)
                best = (metres, view);
        }

        return best.View;
    }
}
