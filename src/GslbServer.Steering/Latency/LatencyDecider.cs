using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Decides a map from the one before and what all writers measured: a pure function, so that every node that knows the same decides the same.</summary>
public static class LatencyDecider
{
    /// <param name="previous">The map of the epoch before, else the newest there is; <see cref="LatencyMap.Empty"/> for none.</param>
    /// <param name="epoch">Not above the previous one (a clock that went back): the previous map stays.</param>
    /// <param name="regions">From <see cref="LatencyRegion.Of"/>.</param>
    /// <param name="tables">The newest of each writer. Those of an hour ago and more, and those of epochs to come, do not count.</param>
    public static LatencyMap Decide(LatencyMap previous, uint epoch, ImmutableArray<LatencyRegion> regions, IReadOnlyCollection<LatencyRows> tables, GeoTable geo,
        LatencyOptions options)
    {
        LatencyRows[] fresh = [.. tables.Where(table => table.Epoch <= epoch && epoch - table.Epoch < LatencyOptions.SilentEpochs)];
        if (epoch <= previous.Epoch || fresh.Length == 0)
            return previous;
        LatencyEvidence evidence = LatencyEvidence.Merge(fresh, regions);
        if (evidence.Keys.Length == 0 && evidence.Wide.Count == 0 && previous.IsEmpty)
            return previous;

        LatencyMapContent before = LatencyMemory.Align(previous.Content, regions);
        var places = new LatencyPlaces(regions);
        var groups = new LatencyGroups(evidence, geo, places);
        DistanceModel model = DistanceModel.Fit(Points(evidence, groups), before.Model);
        WideTable wide = LatencyMemory.KeepSilent(new WideEstimator(evidence, groups, model, before.Wide, options).Estimate(), before.Wide, evidence.Reporting);
        EstimatedCell[] estimates = new LatencyEstimator(evidence, groups, wide, model, options).Estimate();
        var election = new LatencyElection(before, epoch, evidence, groups, wide, model, options);
        return new LatencyMap(election.Decide(estimates) with { PreviousHash = previous.Hash });
    }

    private static List<(double Km, double Ms)> Points(LatencyEvidence evidence, LatencyGroups groups)
    {
        const int trusted = 5;
        var points = new List<(double, double)>();
        // The coarse stride keeps this cheap where there are very many; the model takes 400 of them.
        int stride = Math.Max(1, evidence.Keys.Length / 2000);
        for (int group = 0; group < evidence.Keys.Length; group += stride)
        {
            if (groups.Kilometres(group) is not { } km)
                continue;
            for (int region = 0; region < evidence.Regions; region++)
            {
                ref EvidenceCell cell = ref evidence.Cells[(group * evidence.Regions) + region];
                if (cell.Samples >= trusted && cell.Source != LatencySource.Import)
                    points.Add((km[region], cell.Median));
            }
        }

        return points;
    }
}
