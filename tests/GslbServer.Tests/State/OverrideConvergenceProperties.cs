using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Random lives of three nodes and two stores: decisions, outages, stores emptied and set back, clocks that differ. Once all can be reached, all agree.</summary>
public sealed class OverrideConvergenceProperties
{
    private static readonly int Lives = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 20_000 : 400;

    [Fact]
    public async Task Whatever_stores_go_through_nodes_and_stores_end_with_the_same_overrides()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int life = 0; life < Lives; life++)
        {
            var clocks = Enumerable.Range(0, 3).Select(_ => new SteppedTime { Skew = TimeSpan.FromSeconds(random.Next(-300, 300)) }).ToArray();
            FaultyStore[] stores = [new(clocks[0]), new(clocks[0])];
            SteppedNode[] nodes = [.. clocks.Select((clock, i) => new SteppedNode($"node-{i}", clock, i == 2 ? [stores[1], stores[0]] : [.. stores]))];
            var last = new Dictionary<string, OperatorOverride>();
            for (int step = 0; step < 40; step++)
            {
                await ActAsync(random, nodes, stores, last);
                foreach (SteppedTime clock in clocks)
                    clock.Step(random.NextDouble());
            }

            foreach (FaultyStore store in stores)
                store.IsAway = false;
            for (int round = 0; round < 2; round++)
            {
                foreach (SteppedNode node in nodes)
                    await node.RoundAsync();
            }

            string where = $"seed {seed}, life {life}";
            OperatorOverride[] expected = [.. last.Values.OrderBy(o => o.Target, StringComparer.Ordinal)];
            foreach (SteppedNode node in nodes)
                Assert.True(expected.SequenceEqual(node.Shared.Overrides), where);
            foreach (FaultyStore store in stores)
                Assert.True(expected.SequenceEqual((await store.ReadAsync(default)).Overrides.OrderBy(o => o.Target, StringComparer.Ordinal)), where);
        }
    }

    private static async Task ActAsync(Random random, SteppedNode[] nodes, FaultyStore[] stores, Dictionary<string, OperatorOverride> last)
    {
        FaultyStore store = stores[random.Next(stores.Length)];
        SteppedNode node = nodes[random.Next(nodes.Length)];
        switch (random.Next(8))
        {
            case 0:
                string target = random.Next(2) == 0 ? "eu-west" : "us-east";
                OperatorOverride put = node.Shared.Put(random.Next(2) == 0 ? StateWorld.Drain(target) : StateWorld.Undrain(target));
                if (!last.TryGetValue(target, out OperatorOverride? before) || string.CompareOrdinal(put.Revision, before.Revision) > 0)
                    last[target] = put;
                break;
            case 1: store.IsAway = !store.IsAway; break;
            case 2: store.Empty(); break;
            case 3: await store.SaveAsync(); break;
            case 4: await store.RestoreAsync(); break;
            default: await node.RoundAsync(); break;
        }
    }
}
