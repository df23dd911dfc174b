using GslbServer.Simulator;

for (ulong seed = 1; seed <= 4; seed++)
foreach (bool hard in (bool[])[false, true])
{
    var world = new World(seed, hard, 3000);
    Accuracy geo = AccuracyRun.Geography(world);
    Console.WriteLine($"seed {seed} hard {hard} geo {geo.Within:0.00} regret {geo.MeanRegret:0.00} noecs {geo.NoSubnet:0.00}/{geo.NoSubnetBest:0.00}");
    foreach (int n in (int[])[0, 1, 2, 3, 5, 10, 20])
    {
        Accuracy a = AccuracyRun.Run(world, seed, n);
        Console.WriteLine($"  n={n} within {a.Within:0.00} regret {a.MeanRegret:0.00} noecs {a.NoSubnet:0.00}/{a.NoSubnetBest:0.00} same {a.SameAsGeo}");
    }
}
