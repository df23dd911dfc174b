using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>An endpoint that flaps gets no clients for a while, unless it is all there is.</summary>
public sealed class FlappingTests
{
    private const string UsEast = "192.0.2.10", EuWest = "198.51.100.10";
    private static readonly Client Dublin = SteeringWorld.Dublin;

    [Fact]
    public void A_flapping_endpoint_gets_nobody_until_its_penalty_has_decayed()
    {
        (SteeringWorld world, SteeringTable table) = Flapped("failover eu-west us-east check=web ramp=0s");
        Assert.Equal(UsEast, Ask(world, table));
        Explanation why = Explain(world, table);
        Assert.Equal(("eu-west", "suppressed after 4 flaps, returns in ~9 min"),
            (why.Steps.Single(step => step.Filter == "health").Dropped[0].Region, why.Steps.Single(step => step.Filter == "health").Dropped[0].Why));

        // Once the flap itself is old, TTLs are long again: nothing will change before the time is up.
        table = Compile(world, table, world.Now + TimeSpan.FromSeconds(40));
        Assert.Equal(30u, Explain(world, table).Answer.Ttl);
        Assert.Equal(Until(table), table.NextChange);
        table = Compile(world, table, Until(table) - TimeSpan.FromSeconds(1));
        Assert.Equal(UsEast, Ask(world, table));
        Assert.Equal(EuWest, Ask(world, Compile(world, table, Until(table))));
    }

    [Fact]
    public void It_is_taken_all_the_same_when_nothing_else_serves()
    {
        (SteeringWorld world, SteeringTable table) = Flapped("failover eu-west us-east check=web ramp=0s", alsoDown: UsEast);
        Assert.Equal(EuWest, Ask(world, table));
    }

    [Fact]
    public void It_is_taken_inside_a_fence_that_leaves_nothing_else()
    {
        (SteeringWorld world, SteeringTable table) = Flapped("failover eu-west us-east check=web only=EU:eu-west ramp=0s");
        Assert.Equal(EuWest, Ask(world, table));
    }

    [Fact]
    public void Its_clients_return_over_the_second_half_of_the_ramp()
    {
        (SteeringWorld world, SteeringTable table) = Flapped("failover eu-west us-east check=web ramp=60s");
        TimeSpan until = Until(table);
        Assert.Equal(0, Share(world, Compile(world, table, until)));
        Assert.InRange(Share(world, Compile(world, table, until + TimeSpan.FromSeconds(15))), 0.4, 0.6);
        Assert.Equal(1, Share(world, Compile(world, table, until + TimeSpan.FromSeconds(30))));
    }

    private static TimeSpan Until(SteeringTable table) => table.Health.Monitors.Max(monitor => monitor.Damping.SuppressedUntil ?? TimeSpan.MinValue);

    /// <summary>eu-west went down four times, a minute apart, and is up again since five seconds.</summary>
    private static (SteeringWorld World, SteeringTable Table) Flapped(string words, string? alsoDown = null)
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", words);
        FlapDamping damping = default;
        for (int flap = 3; flap >= 0; flap--)
            damping = damping.Down(world.Now - TimeSpan.FromMinutes(flap));
        world.Now += TimeSpan.FromSeconds(5);
        MonitorHealth[] monitors = [.. world.Health.Monitors];
        for (int i = 0; i < monitors.Length; i++)
        {
            string? address = world.Topology.Monitors[i].Address?.ToString();
            if (address == EuWest)
                monitors[i] = monitors[i] with { ChangedAt = world.Now, Damping = damping };
            if (address is not null && address == alsoDown)
                monitors[i] = monitors[i] with { Verdict = Verdict.Down, ChangedAt = world.Now };
        }

        return (world, SteeringTable.Compile(world.Plan, world.Health with { Monitors = [.. monitors] }, null));
    }

    private static SteeringTable Compile(SteeringWorld world, SteeringTable table, TimeSpan now) => SteeringTable.Compile(world.Plan, table.Health with { Now = now }, table);

    private static Client Resolver => Client.From(System.Net.IPAddress.Parse("192.0.2.1"));

    private static string Ask(SteeringWorld world, SteeringTable table) => Ask(world, table, Dublin);

    private static string Ask(SteeringWorld world, SteeringTable table, Client client)
    {
        Steerer.Decide(table, world.IndexOf("www"), false, client, Resolver, 0, out Decision decision);
        return world.Text(decision, false);
    }

    private static Explanation Explain(SteeringWorld world, SteeringTable table) => Steerer.Explain(table, world.IndexOf("www"), false, Dublin, Resolver);

    /// <summary>Of resolvers without Client Subnet, who reach eu-west.</summary>
    private static double Share(SteeringWorld world, SteeringTable table) => Enumerable.Range(0, 2000).Count(i =>
    {
        Steerer.Decide(table, world.IndexOf("www"), false, default, Client.From(new System.Net.IPAddress([11, (byte)(i / 16), (byte)(i % 16 * 16), 1])), 0, out Decision decision);
        return world.Text(decision, false) == EuWest;
    }) / 2000.0;
}
