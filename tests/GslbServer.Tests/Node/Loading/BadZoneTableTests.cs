namespace GslbServer.Tests.Loading;

/// <summary>Every error class of the zone language, as <c>gslb check</c> and <c>serve</c> report it: where it stands, and what is wrong.</summary>
public sealed class BadZoneTableTests : IDisposable
{
    /// <summary>A good zone of 13 lines; what is added starts at line 14.</summary>
    private const string Good = """
        $TTL 300
        @        SOA    ns1 hostmaster 1 3600 600 86400 30
                 NS     ns1
        ns1      A      192.0.2.53
        us-east  REGION 39.04 -77.49
                 A      192.0.2.10
        eu-west  REGION 53.35 -6.26
                 A      198.51.100.10
        away     REGION 10 10
                 CNAME  lb.example.net.
        web      CHECK  http path=/healthz every=2s timeout=1s fall=2 rise=3
        www   20 STEER  geo us-east eu-west away check=web
        zone     TXT    "ends here"

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("gslb-bad-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_good_part_is_good() => Assert.Empty(Load("").Errors);

    [Theory]
    // Unknown things.
    [InlineData("x STEER geo nowhere check=web", 1, 13, "target \"nowhere\" is not defined")]
    [InlineData("x STEER geo us-esat", 1, 13, "did you mean \"us-east\"")]
    [InlineData("x STEER geo us-east check=wbe", 1, 21, "wbe")]
    [InlineData("x STEER geo us-east chekc=web", 1, 21, "check")]
    [InlineData("x STEER geo us-east map=XX:us-east", 1, 21, "XX")]
    [InlineData("x STEER geo us-east map=EU:nowhere", 1, 21, "nowhere")]
    [InlineData("x STEER nearest us-east", 1, 9, "nearest")]
    [InlineData("x CHECK htpp path=/", 1, 9, "http")]
    [InlineData("x CHECK tcp port=80 pth=/", 1, 21, "path")]
    [InlineData("x REGION 1 2 bais=3\n A 192.0.2.1", 1, 14, "bias")]
    // Loops.
    [InlineData("x STEER failover x", 1, 18, "loop")]
    [InlineData("x STEER failover y\ny STEER failover z\nz STEER failover x", 1, 18, "loop")]
    // Regions.
    [InlineData("x REGION 1 2", 1, 1, "address")]
    [InlineData("x REGION 91 2\n A 192.0.2.1", 1, 10, "91")]
    [InlineData("x REGION 1 181\n A 192.0.2.1", 1, 12, "181")]
    [InlineData("x REGION here there\n A 192.0.2.1", 1, 10, "here")]
    [InlineData("x REGION 1\n A 192.0.2.1", 1, 1, "longitude")]
    [InlineData("x REGION 1 2 bias=100\n A 192.0.2.1", 1, 14, "100")]
    [InlineData("x REGION 1 2 capacity=-1\n A 192.0.2.1", 1, 14, "-1")]
    // Checks.
    [InlineData("x CHECK tcp", 1, 1, "port")]
    [InlineData("x CHECK tcp port=80 path=/", 1, 21, "path")]
    [InlineData("x CHECK http port=70000", 1, 14, "70000")]
    [InlineData("x CHECK http timeout=never", 1, 14, "never")]
    [InlineData("x CHECK http every=soon", 1, 14, "soon")]
    [InlineData("x CHECK http fall=0", 1, 14, "fall")]
    [InlineData("x CHECK http expect=2xx", 1, 14, "2xx")]
    [InlineData("x CHECK http verify=maybe", 1, 14, "maybe")]
    [InlineData("x CHECK http fall=2 fall=3", 1, 21, "fall")]
    [InlineData("x CHECK http address=nowhere:192.0.2.1", 1, 14, "nowhere")]
    // Keys of STEER.
    [InlineData("x STEER geo us-east=5", 1, 13, "weight")]
    [InlineData("x STEER weighted us-east=70000", 1, 18, "70000")]
    [InlineData("x 10 STEER geo us-east ttl-min=20", 1, 24, "ttl-min")]
    [InlineData("x STEER geo us-east answers=0", 1, 21, "answers")]
    [InlineData("x STEER geo us-east ttl-min=5 ttl-min=6", 1, 31, "ttl-min")]
    [InlineData("x STEER geo us-east ecs=perhaps", 1, 21, "perhaps")]
    [InlineData("x STEER geo us-east failback=never", 1, 21, "never")]
    [InlineData("x STEER geo us-east map=192.0.2.1/24:us-east", 1, 21, "192.0.2.1/24")]
    [InlineData("x STEER geo us-east map=AS12x:us-east", 1, 21, "AS12x")]
    [InlineData("x STEER geo us-east us-east", 1, 21, "us-east")]
    [InlineData("x STEER geo", 1, 9, "target")]
    [InlineData("x 300 STEER failover us-east check=web rto=30s", 1, 40, "rto")]
    // Fences and the last resort.
    [InlineData("x STEER geo us-east eu-west only=EU:eu-west all-down=us-east", 1, 45, "fence")]
    [InlineData("x STEER geo us-east all-down=perhaps", 1, 21, "perhaps")]
    [InlineData("x STEER geo us-east only=EU:eu-west", 1, 21, "eu-west")]
    // Where records may stand.
    [InlineData("x STEER geo us-east\nx CNAME www", 1, 1, "CNAME")]
    [InlineData("x STEER geo us-east\nx STEER geo eu-west", 2, 1, "second STEER")]
    [InlineData("x CHECK tcp port=1\nx CHECK tcp port=2", 2, 1, "second CHECK")]
    [InlineData("x STEER geo us-east\nx NS ns1", 1, 1, "NS")]
    [InlineData("sub NS ns1\nx.sub STEER geo us-east", 2, 1, "sub")]
    [InlineData("old DNAME new\nx.old STEER geo us-east", 2, 1, "DNAME")]
    [InlineData("x.*.y REGION 1 2\n A 192.0.2.1", 1, 1, "*")]
    // What DNS forbids.
    [InlineData("x A 300.1.1.1", 1, 5, "300.1.1.1")]
    [InlineData("x 99999999999 A 192.0.2.1", 1, 3, "99999999999")]
    [InlineData("x CNAME www\nx TXT t", 1, 1, "CNAME")]
    [InlineData("other.example. A 192.0.2.1", 1, 1, "zone")]
    [InlineData("@ SOA ns1 hostmaster 2 3600 600 86400 30", 1, 1, "SOA")]
    public void Rejects(string added, int line, int column, string fragment)
    {
        string[] errors = [.. Load(added).Errors];
        int lastGood = Good.Split('\n').Length - 1;
        Assert.Contains(errors, e => e.StartsWith($"{ZonePath}:{lastGood + line}:{column}: ", StringComparison.Ordinal) && e.Contains(fragment, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void All_errors_come_at_once_and_nothing_is_compiled()
    {
        LoadedZones loaded = Load("x A 300.1.1.1\ny STEER geo nowhere\nz CHECK htpp");
        Assert.Equal(3, loaded.Errors.Count());
        Assert.Null(loaded.Zones);
        Assert.Null(loaded.Topology);
    }

    private string ZonePath => Path.Combine(_folder, "example.org.zone");

    private LoadedZones Load(string added)
    {
        File.WriteAllText(ZonePath, Good + added + "\n");
        return ZoneLoader.Load([_folder]);
    }
}
