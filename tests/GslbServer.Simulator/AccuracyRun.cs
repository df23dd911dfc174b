namespace GslbServer.Simulator;

/// <summary>How good answers are with so many samples of every prefix and region.</summary>
/// <param name="Within">Percent of the traffic of clients whose resolvers send Client Subnet that goes to a region within max(5 ms, 10 %) of the best.</param>
/// <param name="NoSubnet">The same for the others.</param>
/// <param name="NoSubnetBest">The most that a map by resolvers could reach for those.</param>
/// <param name="NoSubnetGap">Their mean round trip, percent above the least that a map by resolvers could reach.</param>
/// <param name="SameAsGeo">Whether every answer, with its scope, is the one by geography.</param>
/// <param name="Regrets">Weight and milliseconds above the best, for each prefix.</param>
internal sealed record Accuracy(int Samples, double Within, double NoSubnet, double NoSubnetBest, double NoSubnetGap, double MeanRegret, bool SameAsGeo, (double Weight, double Ms)[] Regrets);

internal static class AccuracyRun
{
    /// <summary>Three hours.</summary>
    private const int MostEpochs = 36;

    private static readonly TimeSpan Epoch = TimeSpan.FromMinutes(5);

    public static Accuracy Geography(World world)
    {
        var product = new Product(world);
        return Judge(world, product, 0, byGeography: true);
    }

    public static Accuracy Run(World world, ulong seed, int samples)
    {
        var product = new Product(world);
        for (int i = 0; i < samples; i++)
        {
            foreach (Prefix prefix in world.Prefixes.Concat(world.Resolvers))
            {
                for (int region = 0; region < world.Regions.Length; region++)
                    product.Measure(prefix, region, Epoch * (i + 0.5) / samples, (ulong)i);
            }
        }

        // Until all have moved that are going to: the budget of an epoch is small.
        for (int epoch = 0; epoch < 4 || (product.Map.Postponed > 0 && epoch < MostEpochs); epoch++)
        {
            if (samples > 0)
                SeeResolvers(world, product, new Dice(seed, 7, (ulong)epoch));
            product.CloseEpoch(epoch, Epoch * (epoch + 1));
        }

        return Judge(world, product, samples, byGeography: false);
    }

    /// <summary>As within max(5 ms, 10 %) of the best.</summary>
    public static bool IsGood(double ms, double best) => ms - best <= Math.Max(5, 0.10 * best);

    /// <summary>Beacons run for a sample of all clients: 4,000 in an epoch, by traffic.</summary>
    private static void SeeResolvers(World world, Product product, Dice dice)
    {
        Prefix[] behind = [.. world.Prefixes.Where(prefix => prefix.Resolver >= 0)];
        double all = behind.Sum(prefix => prefix.Weight);
        foreach (Prefix prefix in behind)
        {
            for (int seen = dice.Poisson(4000 * prefix.Weight / all); seen > 0; seen--)
                product.SeeResolverUse(world.Resolvers[prefix.Resolver], prefix);
        }
    }

    private static Accuracy Judge(World world, Product product, int samples, bool byGeography)
    {
        double subnet = 0, subnetGood = 0, other = 0, otherGood = 0, otherMs = 0, regretSum = 0;
        bool same = true;
        var regrets = new List<(double, double)>();
        foreach (Prefix prefix in world.Prefixes)
        {
            (int region, int scope) = product.Ask(prefix, byGeography);
            same &= (region, scope) == product.Ask(prefix, byGeography: true);
            double best = prefix.Rtt.Min();
            bool isGood = IsGood(prefix.Rtt[region], best);
            if (prefix.Resolver < 0)
            {
                subnet += prefix.Weight;
                subnetGood += isGood ? prefix.Weight : 0;
                regrets.Add((prefix.Weight, prefix.Rtt[region] - best));
                regretSum += prefix.Weight * (prefix.Rtt[region] - best);
            }
            else
            {
                other += prefix.Weight;
                otherGood += isGood ? prefix.Weight : 0;
                otherMs += prefix.Weight * prefix.Rtt[region];
            }
        }

        double share = other == 0 ? 100 : 100 * otherGood / other;
        return new Accuracy(samples, 100 * subnetGood / subnet, share, other == 0 ? 100 : 100 * BestByResolver(world) / other,
            other == 0 ? 0 : 100 * ((otherMs / LeastMsByResolver(world)) - 1), regretSum / subnet, same, [.. regrets]);
    }

    private static double LeastMsByResolver(World world)
        => world.Prefixes.Where(prefix => prefix.Resolver >= 0).GroupBy(prefix => prefix.Resolver).Sum(clients => Enumerable.Range(0, world.Regions.Length)
            .Min(region => clients.Sum(prefix => prefix.Rtt[region] * prefix.Weight)));

    /// <summary>Traffic that is well served when every resolver gets the region which serves most of its clients well: no map by resolvers can do more.</summary>
    private static double BestByResolver(World world)
        => world.Prefixes.Where(prefix => prefix.Resolver >= 0).GroupBy(prefix => prefix.Resolver).Sum(clients => Enumerable.Range(0, world.Regions.Length)
            .Max(region => clients.Sum(prefix => IsGood(prefix.Rtt[region], prefix.Rtt.Min()) ? prefix.Weight : 0)));
}
