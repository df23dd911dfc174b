using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class AnswerTableTests
{
    [Fact]
    public void Names_with_equal_rules_share_their_answers_until_an_operator_means_one()
    {
        SteeringWorld world = SteeringWorld.Example();
        for (int i = 0; i < 100; i++)
            world.Steer($"www{i}", "geo us-east us-west eu-west ap-south check=web");
        world.Steer("other", "geo us-east us-west eu-west ap-south check=web", ttl: 31);
        Assert.Single(Answers(world, "www").Distinct());
        Assert.NotSame(Answers(world, "www0")[0], Answers(world, "other")[0]);

        // Even when it is the one that the others are modelled on.
        world.Override("www0.example.org.@eu-west", OverrideState.Drain);
        Assert.Equal(2, Answers(world, "www").Distinct().Count());
        Assert.Single(Answers(world, "www").Skip(1).Distinct());
        Assert.NotEqual(world.Ask("www0", SteeringWorld.Dublin), world.Ask("www1", SteeringWorld.Dublin));
    }

    /// <summary>An IPv4 answer of one address is 16 octets, an IPv6 one 28, one row for each region that comes first somewhere; a place costs two octets more.</summary>
    [Fact]
    public void Answers_of_a_name_are_a_row_for_each_that_some_place_gets()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west check=web").Steer("eu", "failover eu-west us-east check=web");
        AnswerTable? ipv4 = world.Table.Answers[2 * world.IndexOf("www")];
        AnswerTable? ipv6 = world.Table.Answers[(2 * world.IndexOf("www")) + 1];
        Assert.Equal((3 * 16, 3 * 28), (ipv4?.RowsLength, ipv6?.RowsLength));
        Assert.Equal(world.Plan.Names[world.IndexOf("www")].Ranking.ClassCount, ipv4?.RowOfClass.Length);
        Assert.Same(ipv4?.RowOfClass, ipv6?.RowOfClass);
        Assert.Equal(16, world.Table.Answers[2 * world.IndexOf("eu")]?.RowsLength);
        Assert.Single(world.Table.Answers[2 * world.IndexOf("eu")]?.RowOfClass ?? []);
    }

    [Fact]
    public void Orders_that_begin_alike_share_a_row_and_its_places_with_names_that_take_the_same()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("a", "geo us-east us-west eu-west check=web", ttl: 30).Steer("b", "geo us-east us-west eu-west check=web", ttl: 40);
        Assert.NotSame(world.Table.Answers[0], world.Table.Answers[2]);
        Assert.Same(world.Table.Answers[0]?.RowOfClass, world.Table.Answers[2]?.RowOfClass);
        world.Down("eu-west");
        Assert.Equal(2 * 16, world.Table.Answers[0]?.RowsLength);
        Assert.True(world.Plan.Names[0].Ranking.ClassCount > 2);
        Assert.Same(world.Table.Answers[0]?.RowOfClass, world.Table.Answers[2]?.RowOfClass);
    }

    [Fact]
    public void Publication_without_news_keeps_the_answers_and_one_with_news_does_not()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west check=web");
        SteeringTable first = world.Table;
        SteeringTable second = SteeringTable.Compile(world.Plan, world.Health with { Now = world.Now + TimeSpan.FromHours(1) }, first);
        Assert.Same(first.Answers, second.Answers);
        Assert.Equal(world.Now + TimeSpan.FromHours(1), second.Health.Now);
        Assert.NotSame(first.Answers, world.Down("eu-west").Table.Answers);
        Assert.NotEqual(world.Ask("www", SteeringWorld.Dublin), Text(world, first));
    }

    [Fact]
    public void What_follows_from_more_than_place_and_health_is_left_to_the_walk()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("split", "weighted us-east=9 eu-west=1").Steer("outer", "failover split eu-west").Steer("one", "weighted us-east=9")
            .Steer("a", "geo us-east eu-west").Steer("b", "geo us-west ap-south").Steer("both", "failover a b").Steer("same", "failover a us-west");
        Assert.All((string[])["split", "outer", "both"], name => Assert.All(Answers(world, $"{name}."), Assert.Null));
        Assert.All((string[])["one", "a", "b", "same"], name => Assert.All(Answers(world, $"{name}."), Assert.NotNull));
        world.Override("eu-west", OverrideState.Drain, percent: 50);
        Assert.All((string[])["a", "same"], name => Assert.All(Answers(world, $"{name}."), Assert.Null));
        Assert.All((string[])["one", "b"], name => Assert.All(Answers(world, $"{name}."), Assert.NotNull));
    }

    private static AnswerTable?[] Answers(SteeringWorld world, string prefix)
        => [.. Enumerable.Range(0, world.Topology.Names.Length).Where(name => world.Topology.Names[name].Owner.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => world.Table.Answers[2 * name])];

    private static string Text(SteeringWorld world, SteeringTable table)
    {
        Steerer.Decide(table, 0, false, SteeringWorld.Dublin, SteeringWorld.Dublin, 0, out Decision decision);
        return world.Text(decision, ipv6: false);
    }
}
