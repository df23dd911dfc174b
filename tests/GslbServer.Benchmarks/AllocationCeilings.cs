using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>What a query may allocate: nothing. Each case is warmed up, then answered a thousand times on one thread.</summary>
public sealed class AllocationCeilings : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gslb-ceilings-").FullName;
    private readonly Counters _counters = new();
    private readonly QueryHandler _handler;

    public AllocationCeilings()
    {
        File.WriteAllText(Path.Combine(_folder, "example.org.zone"), """
            $TTL 300
            @        SOA    ns1 hostmaster 1 3600 600 86400 30
                     NS     ns1
            ns1      A      192.0.2.53
            static   A      192.0.2.1
            alias    CNAME  www
            *.wild   A      192.0.2.2
            child    NS     ns.child
            ns.child A      192.0.2.3
            us-east  REGION 39.04 -77.49
                     A      192.0.2.10
            eu-west  REGION 53.35 -6.26
                     A      198.51.100.10
                     A      198.51.100.11
            www   30 STEER  latency us-east eu-west
                     HTTPS  1 . alpn=h2 ipv4hint=192.0.2.1
            split 30 STEER  weighted us-east=90 eu-west=10
            all   30 STEER  multivalue us-east eu-west
            nest  30 STEER  failover split all
            """);
        LoadedZones loaded = ZoneLoader.Load([_folder]);
        Assert.Empty(loaded.Errors);
        SteeringPlan plan = SteeringPlan.Compile(loaded.Topology!, GeoTable.Empty);
        SteeringTable table = SteeringTable.Compile(plan, HealthTable.Unknown(loaded.Topology!, TimeSpan.Zero), null);
        var state = new ServingState(new Snapshot(loaded.Zones!, table, new byte[loaded.Topology!.Regions.Length][]));
        _handler = new QueryHandler(state, new ServerIdentity("node-1", "test"), new ExplainPolicy(NodeOptions.DefaultExplainAllow));
    }

    public static TheoryData<string, ushort, bool> Questions => new()
    {
        { "static.example.org", 1, false }, { "nope.example.org", 1, false }, { "static.example.org", 28, false }, { "x.wild.example.org", 1, false },
        { "www.child.example.org", 1, false }, { "example.com", 1, false }, { "example.org", 6, true },
        { "www.example.org", 1, false }, { "www.example.org", 1, true }, { "www.example.org", 28, true }, { "alias.example.org", 1, true },
        { "split.example.org", 1, true }, { "all.example.org", 1, true }, { "nest.example.org", 1, true }, { "www.example.org", 255, true }, { "www.example.org", 65, true },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_query_allocates_nothing(string name, ushort type, bool withSubnet)
    {
        byte[] query = Query(name, type, withSubnet);
        Assert.True(Run(query, 1_000) > 12);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(query, 1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose()
    {
        _counters.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private int Run(byte[] query, int times)
    {
        CounterBlock counters = _counters.ForThisThread;
        var random = new Draw(1);
        Span<byte> response = stackalloc byte[QueryHandler.UdpPayload];
        var resolver = Client.From(IPAddress.Loopback);
        int length = 0;
        for (int i = 0; i < times; i++)
        {
            length = _handler.Handle(query, resolver, response, isStream: false, counters, ref random);
        }

        return length;
    }

    private static byte[] Query(string name, ushort type, bool withSubnet)
    {
        byte[] labels = [.. name.Split('.').SelectMany(l => new[] { (byte)l.Length }.Concat(System.Text.Encoding.ASCII.GetBytes(l))), 0];
        // OPT, 1232 octets, with Client Subnet 198.51.100.0/24.
        byte[] opt = withSubnet ? [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, 198, 51, 100] : [];
        return [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(withSubnet ? 1 : 0), .. labels, (byte)(type >> 8), (byte)type, 0, 1, .. opt];
    }
}
