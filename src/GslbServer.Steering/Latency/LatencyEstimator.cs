namespace GslbServer.Steering;

/// <summary>What one prefix's round trip to one region is taken to be. Milliseconds; NaN when nothing is known.</summary>
internal struct EstimatedCell
{
    public double Ms;
    public double StandardError;
    public EstimateSource Source;
    public int Samples;
    public ushort AgeMinutes;
}

/// <summary>Estimates for every prefix: its own median, shrunk towards what wider knowledge guesses.</summary>
internal sealed class LatencyEstimator(LatencyEvidence evidence, LatencyGroups groups, WideTable wide, DistanceModel model, LatencyOptions options)
{
    /// <summary>The standard error of a median is this share of the quartiles' distance over the root of the samples: 1.253 / 1.349.</summary>
    private const double MedianError = 0.93;

    private const double LeastErrorMs = 0.5;

    /// <summary>Quartiles of fewer samples say little.</summary>
    private const int LeastForSpread = 4;

    private const int LeastForPooledSpread = 8;

    /// <summary>Before any spread is known.</summary>
    private const double UsualSpreadMs = 6;

    private readonly WidePredictor _predictor = new(model, wide, evidence.Regions);

    /// <summary>A line of cells for each prefix of the evidence.</summary>
    public EstimatedCell[] Estimate()
    {
        double pooled = PooledSpread();
        var cells = new EstimatedCell[evidence.Cells.Length];
        for (int group = 0; group < evidence.Keys.Length; group++)
        {
            GuessedPlace place = groups.Place(group, wide);
            for (int region = 0; region < evidence.Regions; region++)
                cells[(group * evidence.Regions) + region] = Estimate(evidence.Cells[(group * evidence.Regions) + region], place, region, pooled);
        }

        WeighClients(cells);
        return cells;
    }

    private EstimatedCell Estimate(in EvidenceCell cell, in GuessedPlace place, int region, double pooledSpread)
    {
        double guess = _predictor.Guess(place, region, out double sigma, out EstimateSource source);
        if (cell.Samples == 0)
            return new EstimatedCell { Ms = guess, StandardError = sigma, Source = source };

        double own = cell.Samples >= LeastForSpread ? cell.Spread : pooledSpread;
        double spread = ((cell.Samples * own) + (options.ShrinkageSamples * pooledSpread)) / (cell.Samples + options.ShrinkageSamples);
        double noise = MedianError * spread;
        // What others are is worth as many samples of this one as bring its error down to how far others lie apart.
        double pseudo = double.IsNaN(guess) ? 0 : Math.Min(options.ShrinkageSamples, noise * noise / (sigma * sigma));
        double ms = pseudo == 0 ? cell.Median : ((cell.Samples * cell.Median) + (pseudo * guess)) / (cell.Samples + pseudo);
        return new EstimatedCell
        {
            Ms = ms,
            StandardError = Math.Max(LeastErrorMs, noise / Math.Sqrt(cell.Samples + pseudo)),
            Source = EstimateSource.Measured,
            Samples = cell.Samples,
            AgeMinutes = cell.AgeMinutes,
        };
    }

    private double PooledSpread()
    {
        const int most = 1001;
        var spreads = new List<double>();
        int stride = Math.Max(1, evidence.Cells.Length / (8 * most));
        for (int i = 0; i < evidence.Cells.Length; i += stride)
        {
            if (evidence.Cells[i].Samples >= LeastForPooledSpread && evidence.Cells[i].Source != LatencySource.Import)
                spreads.Add(evidence.Cells[i].Spread);
        }

        return spreads.Count == 0 ? UsualSpreadMs : Math.Max(1, Robust.Median(spreads));
    }

    /// <summary>A resolver without Client Subnet stands where its clients do: the mean of theirs, by how many there are (Chen, Sitaraman, Torres 2015).</summary>
    private void WeighClients(EstimatedCell[] cells)
    {
        const int leastUses = 5;
        EstimatedCell[] narrow = [.. cells];
        for (int from = 0; from < evidence.Links.Count;)
        {
            int to = from;
            int uses = 0;
            for (; to < evidence.Links.Count && evidence.Links[to].Resolver == evidence.Links[from].Resolver; to++)
                uses += evidence.Links[to].Weight;
            int resolver = Array.BinarySearch(evidence.Keys, evidence.Links[from].Resolver.Bits);
            for (int region = 0; uses >= leastUses && region < evidence.Regions; region++)
                Weigh(ref cells[(resolver * evidence.Regions) + region], narrow, evidence.Links.GetRange(from, to - from), region);
            from = to;
        }
    }

    private void Weigh(ref EstimatedCell cell, EstimatedCell[] narrow, List<ResolverLink> links, int region)
    {
        double weight = 0, sum = 0, variance = 0;
        int samples = 0;
        ushort age = ushort.MaxValue;
        foreach (ResolverLink link in links)
        {
            int client = Array.BinarySearch(evidence.Keys, link.Client.Bits);
            if (client < 0 || double.IsNaN(narrow[(client * evidence.Regions) + region].Ms))
                continue;
            ref EstimatedCell theirs = ref narrow[(client * evidence.Regions) + region];
            weight += link.Weight;
            sum += link.Weight * theirs.Ms;
            variance += link.Weight * theirs.StandardError * (link.Weight * theirs.StandardError);
            samples += theirs.Samples;
            age = Math.Min(age, theirs.Samples > 0 ? theirs.AgeMinutes : ushort.MaxValue);
        }

        if (weight == 0)
            return;
        cell = new EstimatedCell
        {
            Ms = sum / weight,
            StandardError = Math.Max(LeastErrorMs, Math.Sqrt(variance) / weight),
            Source = EstimateSource.ResolverClients,
            Samples = samples,
            AgeMinutes = age,
        };
    }
}
