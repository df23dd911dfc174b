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

    /// <summary>One sample in eight has waited in some queue, for a time whose standard deviation is this; fewer than three samples have no median that would leave it out.</summary>
    private const double QueueErrorMs = 45;

    /// <summary>Quartiles of fewer samples say little.</summary>
    private const int LeastForSpread = 3;

    private const int LeastForPooledSpread = 8;

    /// <summary>Before any spread is known.</summary>
    private const double UsualSpreadMs = 6;

    /// <summary>Of fewer samples half may have waited by chance: one in 250 times of ten, when one in eight waits.</summary>
    private const int LeastForTail = 20;

    /// <summary>Spreads so many times as large as is usual come from waiting.</summary>
    private const double MostSpreads = 4;

    private readonly WidePredictor _predictor = new(model, wide, evidence.Regions);

    /// <summary>A line of cells for each prefix of the evidence.</summary>
    public EstimatedCell[] Estimate()
    {
        double pooled = PooledSpread();
        var cells = new EstimatedCell[evidence.Cells.Length];
        for (int group = 0; group < evidence.Keys.Length; group++)
        {
            GuessedPlace place = groups.Place(group, wide);
            ReadOnlySpan<EvidenceCell> line = evidence.Cells.AsSpan(group * evidence.Regions, evidence.Regions);
            double trust = Trust(line, place, pooled);
            for (int region = 0; region < evidence.Regions; region++)
                cells[(group * evidence.Regions) + region] = Estimate(line[region], place, region, pooled, trust);
        }

        WeighClients(cells);
        return cells;
    }

    private EstimatedCell Estimate(in EvidenceCell cell, in GuessedPlace place, int region, double pooledSpread, double trust)
    {
        double guess = _predictor.Guess(place, region, out double sigma, out EstimateSource source);
        if (cell.Samples == 0)
            return new EstimatedCell { Ms = guess, StandardError = sigma / Math.Sqrt(trust), Source = source };

        double level = Level(cell, pooledSpread);
        double noise = Noise(cell, pooledSpread);
        // What others are is worth as many samples of this one as bring its error down to how far others lie apart; at most five, more where these scatter more than usual.
        double pseudo = double.IsNaN(guess) ? 0 : trust * Math.Min(options.ShrinkageSamples * Math.Max(1, noise / (MedianError * pooledSpread)), noise * noise / (sigma * sigma));
        double ms = pseudo == 0 ? level : ((cell.Samples * level) + (pseudo * guess)) / (cell.Samples + pseudo);
        return new EstimatedCell
        {
            Ms = ms,
            StandardError = Math.Max(cell.Samples < EvidenceCell.LeastForMedian ? QueueErrorMs : LeastErrorMs, noise / Math.Sqrt(cell.Samples + pseudo)),
            Source = cell.Source == LatencySource.Import ? EstimateSource.Imported : EstimateSource.Measured,
            Samples = cell.Samples,
            AgeMinutes = cell.AgeMinutes,
        };
    }

    /// <summary>How far guesses count for a prefix, 0 to 1: less where what was measured of it lies far from what was guessed, for then it is probably not where the geo
    /// database says (Huber 1964, on residuals above 2.5 standard deviations).</summary>
    private double Trust(ReadOnlySpan<EvidenceCell> line, in GuessedPlace place, double pooledSpread)
    {
        const double usual = 2.5, least = 0.01;
        double trust = 1;
        for (int region = 0; region < line.Length; region++)
        {
            double guess = _predictor.Guess(place, region, out double sigma, out _);
            if (line[region].Samples < EvidenceCell.LeastForMedian || double.IsNaN(guess))
                continue;
            double noise = Noise(line[region], pooledSpread);
            double apart = Level(line[region], pooledSpread) - guess;
            trust = Math.Min(trust, usual * usual * ((sigma * sigma) + (noise * noise / line[region].Samples)) / Math.Max(double.Epsilon, apart * apart));
        }

        return Math.Max(least, trust);
    }

    /// <summary>The median; for few samples no farther above the lower quartile than four times what is usual, since queues only ever add.</summary>
    private static double Level(in EvidenceCell cell, double pooledSpread)
        => cell.Samples >= LeastForTail ? cell.Median : cell.Median - (Math.Max(0, cell.Spread - (MostSpreads * pooledSpread)) / 2);

    /// <summary>Standard error of a median of one sample. Quartiles of few samples say little, and with tails too much: they are shrunk to what is usual, by ratio.</summary>
    private static double Noise(in EvidenceCell cell, double pooledSpread)
    {
        const int pseudo = 3;
        double most = cell.Samples >= LeastForTail ? double.MaxValue : MostSpreads * pooledSpread;
        double own = cell.Samples >= LeastForSpread ? Math.Clamp(cell.Spread, 0.1, most) : pooledSpread;
        return MedianError * Math.Exp(((cell.Samples * Math.Log(own)) + (pseudo * Math.Log(pooledSpread))) / (cell.Samples + pseudo));
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
