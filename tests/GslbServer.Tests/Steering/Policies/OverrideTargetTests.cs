using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class OverrideTargetTests
{
    [Theory]
    [InlineData("eu-west", "eu-west", OverrideScope.Label)]
    [InlineData("EU-West", "eu-west", OverrideScope.Label)]
    [InlineData("eu-west.example.org.", "eu-west.example.org.", OverrideScope.Owner)]
    [InlineData("eu-west.example.org", "eu-west.example.org.", OverrideScope.Owner)]
    [InlineData("eu-west/198.51.100.10", "eu-west/198.51.100.10", OverrideScope.Address)]
    [InlineData("eu-west/[2001:DB8:3:0::10]", "eu-west/2001:db8:3::10", OverrideScope.Address)]
    [InlineData("eu-west.example.org./198.51.100.10", "eu-west.example.org./198.51.100.10", OverrideScope.Address)]
    [InlineData("www.example.org.@eu-west", "www.example.org.@eu-west", OverrideScope.Name)]
    [InlineData("www.example.org@eu-west.example.org.", "www.example.org.@eu-west.example.org.", OverrideScope.Name)]
    [InlineData("www.example.org.@inner", "www.example.org.@inner", OverrideScope.Name)]
    public void Reads_what_operators_type(string text, string canonical, OverrideScope scope)
    {
        OverrideTarget? target = OverrideTarget.Read(text, World().Topology, out string? problem);
        Assert.Null(problem);
        Assert.NotNull(target);
        Assert.Equal((canonical, scope), (target.Canonical, target.Scope));
    }

    [Theory]
    [InlineData("eu-wset", "region \"eu-wset\" is not defined, did you mean \"eu-west\"?")]
    [InlineData("tokyo", "region \"tokyo\" is not defined (regions: ap-south, eu-west, us-east, us-west)")]
    [InlineData("www.example.org.", "www.example.org. is a steered name: name one of its targets, such as www.example.org.@us-east")]
    [InlineData("eu-west/192.0.2.1", "eu-west has no address 192.0.2.1 (it has 198.51.100.10, 2001:db8:3::10)")]
    [InlineData("eu-west/here", "\"here\" is not an address")]
    [InlineData("wwww.example.org.@eu-west", "wwww.example.org. is not a steered name, did you mean \"www.example.org.\"?")]
    [InlineData("www.example.org.@ap-south", "\"ap-south\" is no target of www.example.org. (targets: us-east, eu-west, inner)")]
    [InlineData("", "is not defined")]
    public void Says_what_is_wrong(string text, string message)
    {
        Assert.Null(OverrideTarget.Read(text, World().Topology, out string? problem));
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Safety_names_what_would_lose_its_last_target()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west check=web").Steer("only", "failover eu-west check=web")
            .Steer("gdpr", "geo us-east eu-west check=web only=EEA:eu-west").Steer("outer", "failover only us-east check=web");
        Assert.Equal(["only.example.org."], Judge(world, "eu-west").WithoutTarget);
        Assert.Equal(["gdpr.example.org.: clients that its fences hold to this target stay with it"], Judge(world, "eu-west").Warnings);
        Assert.Equal(["only.example.org."], Judge(world, "eu-west/198.51.100.10").WithoutTarget);
        Assert.True(Judge(world, "eu-west", percent: 50).IsSafe);
        Assert.True(Judge(world, "us-east").IsSafe);
        Assert.Equal(["www.example.org.", "gdpr.example.org.", "outer.example.org."], Judge(world.Down("eu-west"), "us-east").WithoutTarget);
    }

    [Fact]
    public void Safety_warns_when_less_is_left_than_goes()
    {
        SteeringWorld world = new SteeringWorld().Region("big", "0 0 capacity=4000", "192.0.2.1").Region("small", "0 0 capacity=1000", "192.0.2.2").Steer("www", "failover big small");
        Assert.Equal(["www.example.org.: the regions left can take 1000 requests per second, big could take 4000"], Judge(world, "big").Warnings);
        Assert.Empty(Judge(world, "small").Warnings);
    }

    private static DrainSafety Judge(SteeringWorld world, string target, int percent = 100)
        => DrainSafety.Of(world.Table, new OperatorOverride(target, OverrideState.Drain, percent, "test", "alice", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null, false, "1"));

    private static SteeringWorld World() => SteeringWorld.Example().Steer("inner", "failover us-west").Steer("www", "geo us-east eu-west inner check=web").Steer("ap", "geo ap-south");
}
