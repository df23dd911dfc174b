using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Each error of the zone language that is about meaning: at which word of which record, and what it says.</summary>
public sealed class BadRecordTests
{
    /// <summary>Two regions and a check that are good, and one record under test; -1 is the record as a whole.</summary>
    [Theory]
    // Targets and weights
    [InlineData("STEER geo eu-wset", 1, "target \"eu-wset\" is not defined, did you mean \"eu-west\"?")]
    [InlineData("STEER geo tokyo", 1, "target \"tokyo\" is not defined: expected a region or a steered name (regions: eu-west, us-east, v4only)")]
    [InlineData("STEER geo eu-west.", 1, "target \"eu-west.\" is not defined, did you mean \"eu-west\"?")]
    [InlineData("STEER geo eu-west all-down=us-east.", 2, "all-down=us-east.: not defined, did you mean \"us-east.example.org.\"?")]
    [InlineData("STEER geo", 0, "needs at least one target")]
    [InlineData("STEER", -1, "STEER needs a policy")]
    [InlineData("STEER goe eu-west", 0, "unknown policy \"goe\", did you mean \"geo\"?")]
    [InlineData("STEER roundrobin eu-west", 0, "unknown policy \"roundrobin\": expected one of geo latency weighted failover multivalue load")]
    [InlineData("STEER failover eu-west=10 us-east=90", 1, "policy failover has no weights")]
    [InlineData("STEER weighted eu-west=70000", 1, "weight \"70000\" of eu-west: expected a whole number from 0 to 65535")]
    [InlineData("STEER weighted eu-west=-1 us-east=2", 1, "expected a whole number from 0 to 65535")]
    [InlineData("STEER weighted eu-west=half", 1, "expected a whole number from 0 to 65535")]
    [InlineData("STEER geo eu-west us-east eu-west", 3, "target \"eu-west\" is given twice")]
    [InlineData("STEER geo www", 1, "steered names form a loop: www.example.org. -> www.example.org.")]
    // Keys
    [InlineData("STEER geo eu-west chekc=web", 2, "unknown key \"chekc=\", did you mean \"check=\"?")]
    [InlineData("STEER geo eu-west check=web anwsers=2", 3, "unknown key \"anwsers=\", did you mean \"answers=\"?")]
    [InlineData("STEER geo eu-west check=web colour=red", 3, "unknown key \"colour=\" (keys: check, map,")]
    [InlineData("STEER geo eu-west check=wbe", 2, "check \"wbe\" is not defined, did you mean \"web\"?")]
    [InlineData("STEER geo eu-west check=", 2, "\"check=\" needs a value")]
    [InlineData("STEER geo eu-west check=web us-east", 3, "\"us-east\" stands after the keys")]
    [InlineData("STEER geo eu-west port=80", 2, "\"port=\" is a key of CHECK, not of STEER")]
    [InlineData("STEER geo eu-west answers=1 answers=2", 3, "\"answers=\" is given twice (first as \"1\")")]
    [InlineData("STEER geo eu-west answers=0", 2, "answers=0: expected a whole number from 1 to 64")]
    [InlineData("STEER geo eu-west ttl-min=60", 2, "ttl-min=60 is above the TTL of 30 s")]
    [InlineData("STEER geo eu-west ttl-min=soon", 2, "ttl-min=soon: expected whole seconds")]
    [InlineData("STEER geo eu-west ecs=maybe", 2, "ecs=maybe: expected use or ignore")]
    [InlineData("STEER weighted eu-west=1 persist=20", 2, "persist=20: expected IPv4/IPv6 prefix lengths up to 24/56")]
    [InlineData("STEER weighted eu-west=1 persist=32/64", 2, "up to 24/56")]
    [InlineData("STEER weighted eu-west=1 spread=evenly", 2, "spread=evenly: expected random")]
    [InlineData("STEER geo eu-west ramp=fast", 2, "ramp=fast: expected a time such as 2s, 500ms or 1m30s")]
    [InlineData("STEER geo eu-west failback=atuo", 2, "failback=atuo: expected auto or manual, did you mean \"auto\"?")]
    [InlineData("STEER geo eu-west health-view=near", 2, "health-view=near: expected global or local")]
    [InlineData("STEER latency eu-west within=some", 2, "within=some: expected a time or a share")]
    [InlineData("STEER load eu-west by=luck", 2, "by=luck: expected latency or geo")]
    // Places
    [InlineData("STEER geo eu-west map=UK:eu-west", 2, "unknown place \"UK\"")]
    [InlineData("STEER geo eu-west map=XYZ:eu-west", 2, "unknown place \"XYZ\"")]
    [InlineData("STEER geo eu-west map=QQ-CA:eu-west", 2, "names the unknown country QQ")]
    [InlineData("STEER geo eu-west map=US-CALI:eu-west", 2, "is not a subdivision")]
    [InlineData("STEER geo eu-west map=US-ZZ:eu-west", 2, "unknown subdivision \"US-ZZ\" of US: expected one of AK AL")]
    [InlineData("STEER geo eu-west map=JP-48:eu-west", 2, "unknown subdivision \"JP-48\" of JP")]
    [InlineData("REGION nan 0", 0, "latitude \"nan\" is not a number")]
    [InlineData("STEER geo eu-west map=AS0:eu-west", 2, "is not an AS number")]
    [InlineData("STEER geo eu-west map=AS4294967296:eu-west", 2, "expected AS1 to AS4294967295")]
    [InlineData("STEER geo eu-west map=198.51.100.7/24:eu-west", 2, "has bits set beyond its length 24, did you mean \"198.51.100.0/24\"?")]
    [InlineData("STEER geo eu-west map=2001:db8::1/32:eu-west", 2, "did you mean \"2001:db8::/32\"?")]
    [InlineData("STEER geo eu-west map=198.51.100.0/33:eu-west", 2, "is not a network")]
    [InlineData("STEER geo eu-west map=198.51.100/24:eu-west", 2, "is not a network")]
    [InlineData("STEER geo eu-west map=EU", 2, "expected PLACE:target")]
    [InlineData("STEER geo eu-west map=EU:us-east", 2, "map= names \"us-east\", which is not a target of this STEER")]
    [InlineData("STEER geo eu-west us-east map=EU:eu-wets", 3, "did you mean \"eu-west\"?")]
    // Fences and last resorts
    [InlineData("STEER geo eu-west us-east only=EU:eu-west except=EU:eu-west", 3, "the fence only=EU leaves no target for that place")]
    [InlineData("STEER geo eu-west except=DE:eu-west", 2, "the fence except=DE leaves no target for that place")]
    [InlineData("STEER geo eu-west us-east only=EU:eu-west all-down=us-east", 4, "all-down=us-east steps outside the fence only=EU")]
    [InlineData("STEER geo eu-west us-east except=EU:us-east all-down=us-east", 4, "all-down=us-east steps outside the fence except=EU")]
    [InlineData("STEER geo eu-west us-east only=EU:eu-west all-down=static 192.0.2.99", 4, "all-down=static steps outside the fence only=EU: 192.0.2.99")]
    [InlineData("STEER geo eu-west all-down=static", 2, "all-down=static, but no A or AAAA stands beside www.example.org.")]
    [InlineData("STEER geo eu-west all-down=sattic", 2, "did you mean \"static\"?")]
    [InlineData("STEER geo eu-west all-down=tokyo", 2, "expected last, all, static, servfail, nodata or a region")]
    [InlineData("STEER geo eu-west v4only only=EU:v4only", 3, "the fence only=EU leaves no target with an AAAA, while others have one")]
    // Promises
    [InlineData("STEER geo eu-west check=web rto=20s", 3, "rto=20s cannot be kept: the worst case is 36s: detection 5s + publication 1s + TTL 30s")]
    [InlineData("STEER geo eu-west rto=60s", 2, "without a check= nothing notices a failure")]
    // Regions
    [InlineData("REGION 53.35", -1, "REGION needs latitude and longitude")]
    [InlineData("REGION 91 0 192.0.2.1", 0, "latitude 91 is off the map: expected -90 to 90 degrees")]
    [InlineData("REGION -121.18 45.6 192.0.2.1", 0, "latitude comes first")]
    [InlineData("REGION 0 181 192.0.2.1", 1, "longitude 181 is off the map")]
    [InlineData("REGION north 0 192.0.2.1", 0, "latitude \"north\" is not a number")]
    [InlineData("REGION 0 0", -1, "region www.example.org. has no addresses")]
    [InlineData("REGION 0 0 bias=100 192.0.2.1", 2, "bias=100: expected a whole number from -99 to 99")]
    [InlineData("REGION 0 0 capacity=lots 192.0.2.1", 2, "capacity=lots: expected requests per second")]
    [InlineData("REGION 0 0 capcity=5 192.0.2.1", 2, "unknown key \"capcity=\", did you mean \"capacity=\"?")]
    [InlineData("REGION 0 0 0 192.0.2.1", 2, "unexpected \"0\"")]
    // Checks
    [InlineData("CHECK", -1, "CHECK needs a kind")]
    [InlineData("CHECK dns host=bad..name", 1, "host=bad..name: expected the domain name that is asked for")]
    [InlineData("CHECK htpp", 0, "unknown check kind \"htpp\", did you mean \"http\"?")]
    [InlineData("CHECK tcp", -1, "a tcp check needs port=")]
    [InlineData("CHECK exec", -1, "an exec check needs command=")]
    [InlineData("CHECK tcp port=80 path=/", 2, "\"path=\" has no meaning for a check of kind tcp")]
    [InlineData("CHECK http verify=no", 1, "\"verify=\" has no meaning for a check of kind http")]
    [InlineData("CHECK none every=2s", 1, "\"every=\" has no meaning for a check of kind none")]
    [InlineData("CHECK http port=0", 1, "port=0: expected a whole number from 1 to 65535")]
    [InlineData("CHECK http expect=2xx", 1, "\"2xx\" is no status or range; expected a list such as 200,204,300-399")]
    [InlineData("CHECK http expect=300-200", 1, "\"300-200\" is no status or range")]
    [InlineData("CHECK http every=10", 1, null)]
    [InlineData("CHECK http every=1ms", 1, "every=1ms: expected a time from 100ms to 1h")]
    [InlineData("CHECK http fall=0", 1, "fall=0: expected a whole number from 1 to 100")]
    [InlineData("CHECK http path=healthz", 1, "path=healthz: expected a path that begins with /")]
    [InlineData("CHECK http address=eu-wset:192.0.2.1", 1, "address= names the unknown region \"eu-wset\", did you mean \"eu-west\"?")]
    [InlineData("CHECK http address=eu-west:here", 1, "expected REGION:ADDRESS")]
    public void Rejects_what_is_wrong_where_it_stands(string text, int word, string? message)
    {
        SteeringWorld world = World();
        string[] words = text.Split(' ');
        string[] addresses = [.. words.Where(one => System.Net.IPAddress.TryParse(one, out _) && one.Contains('.') && one.Split('.').Length == 4)];
        string rest = string.Join(' ', words.Skip(1).Where(one => !addresses.Contains(one)));
        _ = words[0] switch
        {
            "REGION" => world.Region("www", rest, addresses),
            "CHECK" => world.Check("www", rest),
            _ => world.Steer("www", rest, 30, addresses),
        };

        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out Topology? topology);
        ConfigProblem[] errors = [.. problems.Where(problem => problem.IsError)];
        if (message is null)
        {
            Assert.Empty(errors);
            return;
        }

        Assert.Null(topology);
        Assert.Contains(errors, error => error.Record == world.Records.Count - 1 && error.Word == word && error.Message.Contains(message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Equal(world.Records.Count - 1, error.Record));
    }

    [Fact]
    public void Reports_all_problems_at_once()
    {
        SteeringWorld world = World().Steer("a", "goe eu-wset chekc=web ttl-min=99").Steer("b", "weighted eu-west=x us-east=y");
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out _);
        Assert.Equal([(4, 0), (4, 1), (4, 2), (4, 3), (5, 1), (5, 2)], problems.Where(problem => problem.IsError).Select(problem => (problem.Record, problem.Word)).Order());
    }

    [Fact]
    public void Loop_of_steered_names_is_an_error_of_each_of_them()
    {
        SteeringWorld world = World().Steer("a", "failover eu-west b").Steer("b", "failover c").Steer("c", "geo us-east a");
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out _);
        Assert.Equal([4, 5, 6], problems.Where(problem => problem.Message.Contains("loop", StringComparison.Ordinal)).Select(problem => problem.Record).Order());
    }

    [Fact]
    public void Nesting_deeper_than_eight_is_an_error()
    {
        SteeringWorld world = World().Steer("n0", "failover eu-west");
        for (int i = 1; i <= 8; i++)
            world.Steer($"n{i}", $"failover n{i - 1}");
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out _);
        Assert.Single(problems, problem => problem.IsError && problem.Message.Contains("more than 8 deep", StringComparison.Ordinal));
    }

    [Fact]
    public void All_down_nodata_is_an_error_in_a_signed_zone_only()
    {
        SteeringWorld world = World().Steer("www", "geo eu-west all-down=nodata");
        Assert.DoesNotContain(TopologyBuilder.Build(world.Records, out _), problem => problem.IsError);
        ConfigRecord[] signed = [.. world.Records.Select(record => record with { IsInSignedZone = true })];
        Assert.Contains(TopologyBuilder.Build(signed, out _), problem => problem is { IsError: true, Word: 2 } && problem.Message.StartsWith("all-down=nodata in the signed zone", StringComparison.Ordinal));
    }

    [Fact]
    public void More_than_sixty_four_targets_are_an_error()
    {
        SteeringWorld world = World();
        for (int i = 0; i < 65; i++)
            world.Region($"r{i}", "0 0", "192.0.2.1");
        world.Steer("www", "geo " + string.Join(' ', Enumerable.Range(0, 65).Select(i => $"r{i}")));
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out _);
        Assert.Contains(problems, problem => problem.IsError && problem.Word == 65 && problem.Message.StartsWith("65 targets: at most 64", StringComparison.Ordinal));
    }

    [Fact]
    public void Cname_region_stands_neither_at_the_apex_nor_beside_addresses()
    {
        SteeringWorld apex = World().CnameRegion("cloud", "0 0", "lb.example.net.").Steer("@", "geo eu-west cloud");
        Assert.Contains(TopologyBuilder.Build(apex.Records, out _), problem => problem is { IsError: true, Word: 2 } && problem.Message.Contains("at the apex", StringComparison.Ordinal));
        SteeringWorld beside = World().CnameRegion("cloud", "0 0", "lb.example.net.").Steer("inner", "geo cloud").Steer("www", "geo eu-west inner", 30, "192.0.2.1");
        Assert.Contains(TopologyBuilder.Build(beside.Records, out _), problem => problem is { IsError: true, Word: 2 } && problem.Message.Contains("beside A or AAAA", StringComparison.Ordinal));
    }

    [Fact]
    public void Cname_region_that_leads_back_is_a_loop()
    {
        SteeringWorld direct = World().CnameRegion("cloud", "0 0", "www.example.org.").Steer("www", "failover eu-west cloud");
        Assert.Contains(TopologyBuilder.Build(direct.Records, out _), problem => problem is { IsError: true, Word: 2 } && problem.Message.Contains("leads back here: a loop", StringComparison.Ordinal));
        SteeringWorld round = World().CnameRegion("one", "0 0", "b.example.org.").CnameRegion("two", "0 0", "a.example.org.").Steer("a", "failover one").Steer("b", "failover eu-west inner").Steer("inner", "failover two");
        Assert.Equal(2, TopologyBuilder.Build(round.Records, out _).Count(problem => problem.IsError && problem.Message.Contains("a loop", StringComparison.Ordinal)));
        SteeringWorld chain = World().CnameRegion("one", "0 0", "b.example.org.").Steer("a", "failover one").Steer("b", "failover eu-west");
        Assert.DoesNotContain(TopologyBuilder.Build(chain.Records, out _), problem => problem.IsError);
    }

    [Fact]
    public void Region_with_fewer_addresses_than_min_up_is_a_warning_because_the_other_family_may_serve()
    {
        SteeringWorld world = World().Check("two", "tcp port=80 min-up=2").Steer("www", "geo eu-west check=two");
        Assert.Contains(TopologyBuilder.Build(world.Records, out _), problem => problem is { IsError: false, Word: 1 } && problem.Message.Contains("fewer than min-up=2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("failover eu-west us-east map=EU:eu-west", 3, "\"map=\" has no effect on policy failover")]
    [InlineData("geo eu-west spread=random", 2, "\"spread=\" has no effect on policy geo")]
    [InlineData("geo eu-west v4only", 2, "target v4only has no AAAA while others have")]
    [InlineData("geo eu-west us-east check=web", -1, "the loss of us-east (capacity 4000) would exceed what the other regions of www.example.org. can take (2500)")]
    public void Warns(string words, int word, string message)
    {
        SteeringWorld world = World().Steer("www", words);
        IReadOnlyList<ConfigProblem> problems = TopologyBuilder.Build(world.Records, out Topology? topology);
        Assert.NotNull(topology);
        Assert.Contains(problems, problem => !problem.IsError && problem.Record == 4 && problem.Word == word && problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Warns_of_what_nobody_uses_and_of_static_families_without_target()
    {
        SteeringWorld world = World().Steer("www", "geo v4only", 30, "2001:db8::9");
        string[] warnings = [.. TopologyBuilder.Build(world.Records, out _).Select(problem => problem.Message)];
        Assert.Contains("region eu-west.example.org. is no target of any STEER", warnings);
        Assert.Contains("check web.example.org. is used by no STEER", warnings);
        Assert.Contains(warnings, warning => warning.StartsWith("static AAAA beside www.example.org., but no target has one", StringComparison.Ordinal));
    }

    private static SteeringWorld World() => new SteeringWorld()
        .Region("us-east", "39.04 -77.49 capacity=4000", "192.0.2.10", "2001:db8:1::10")
        .Region("eu-west", "53.35 -6.26 capacity=2500", "198.51.100.10", "2001:db8:3::10")
        .Region("v4only", "50 8", "203.0.113.10")
        .Check("web", "https path=/healthz host=www.example.org");
}
