using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>What a query may allocate: nothing. Each case is warmed up, then answered a thousand times on one thread, in rounds.</summary>
public sealed class AllocationCeilings : IDisposable
{
    private const string ClientSubnet = "0008 0007 0001 18 00 C63364"; // 198.51.100.0/24

    private const string PrivateSubnet = "0008 0007 0001 18 00 0A0203"; // 10.2.3.0/24: the place is the resolver's

    private const string SubnetIPv6 = "0008 000B 0002 38 00 20010DB8000001"; // 2001:db8:0:100::/56

    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("gslb-ceilings-").FullName;
    private readonly Counters _counters = new();
    private readonly QueryHandler _handler;
    private readonly QueryHandler _measuring;
    private readonly QueryHandler _limiting;

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
            *.walias CNAME  static
            tree     DNAME  leaves
            a.leaves A      192.0.2.4
            child    NS     ns.child
            ns.child A      192.0.2.3
            mail     MX     10 static
            $GENERATE 1-90 big A 192.0.2.$
            us-east  REGION 39.04 -77.49
                     A      192.0.2.10
            eu-west  REGION 53.35 -6.26
                     A      198.51.100.10
                     A      198.51.100.11
            ap-south REGION 19.08 72.88
                     A      203.0.113.10
            bucket   REGION 1.35 103.82
                     CNAME  bucket.example.net.
            lost     REGION 0 0
                     A      203.0.113.99
            web      CHECK  none
            www   30 STEER  latency us-east eu-west
                     HTTPS  1 . ipv4hint=192.0.2.10
            split 30 STEER  weighted us-east=90 eu-west=10
            all   30 STEER  multivalue us-east eu-west
            nest  30 STEER  failover split all
            *.any 30 STEER  geo us-east eu-west
            fence 30 STEER  geo us-east eu-west map="198.51.100.0/24:eu-west" only=EEA:eu-west except=AS64496:us-east
            ramp  30 STEER  weighted us-east eu-west ap-south ramp=10m
            half  30 STEER  geo ap-south eu-west
            away  30 STEER  geo bucket
            dead  30 STEER  geo lost all-down=static
                     A      192.0.2.77
            none  30 STEER  geo lost all-down=nodata
            fail  30 STEER  geo lost all-down=servfail
            """);
        LoadedZones loaded = ZoneLoader.Load([_folder]);
        Assert.Empty(loaded.Errors);
        Topology topology = loaded.Topology!;
        SteeringPlan plan = SteeringPlan.Compile(topology, GeoTable.Empty);
        SteeringTable table = SteeringTable.Compile(plan, Health(topology), null);
        byte[]?[] cnames = [.. topology.Regions.Select(r => r.CnameTarget is null ? null : DomainName.Parse(r.CnameTarget).Wire.ToArray())];
        var state = new ServingState(new Snapshot(loaded.Zones!, table, cnames));
        _handler = new QueryHandler(state, new ServerIdentity("node-1", "test"), new ClientNetworks(NodeOptions.DefaultExplainAllow));
        _measuring = new QueryHandler(state, new ServerIdentity("node-1", "test"), new ClientNetworks(NodeOptions.DefaultExplainAllow), new Solicitor(),
            new BeaconNames(DomainName.Parse("wild.example.org.")));
        _limiting = new QueryHandler(state, new ServerIdentity("node-1", "test"), new ClientNetworks(NodeOptions.DefaultExplainAllow),
            guard: new QueryGuard(new CoarseClock(TimeProvider.System), CookieSecrets.Random(), new RateLimitOptions(Rate: 100, Slip: 2, ValidateAbove: 1_000_000, []), threads: 1));
    }

    /// <summary>Name, type, EDNS options in hexadecimal (null: no EDNS), response code.</summary>
    public static TheoryData<string, ushort, string?, int> Questions => new()
    {
        { "static.example.org", 1, null, 0 }, { "nope.example.org", 1, null, 3 }, { "static.example.org", 28, null, 0 }, { "x.wild.example.org", 1, null, 0 },
        { "www.child.example.org", 1, null, 0 }, { "example.com", 1, null, 5 }, { "example.org", 6, ClientSubnet, 0 }, { "example.org", 2, "", 0 },
        { "mail.example.org", 15, "", 0 }, { "big.example.org", 1, "", 0 }, { "big.example.org", 1, null, 0 },
        { "x.walias.example.org", 1, "", 0 }, { "a.tree.example.org", 1, "", 0 }, { "a.tree.example.org", 5, "", 0 }, { "no.tree.example.org", 1, "", 3 },
        { "www.example.org", 1, null, 0 }, { "www.example.org", 1, ClientSubnet, 0 }, { "www.example.org", 28, ClientSubnet, 0 },
        { "www.example.org", 65, ClientSubnet, 0 }, { "www.example.org", 255, ClientSubnet, 0 }, { "alias.example.org", 1, ClientSubnet, 0 },
        { "split.example.org", 1, ClientSubnet, 0 }, { "all.example.org", 1, ClientSubnet, 0 }, { "nest.example.org", 1, ClientSubnet, 0 },
        { "x.any.example.org", 1, ClientSubnet, 0 }, { "fence.example.org", 1, ClientSubnet, 0 }, { "ramp.example.org", 1, ClientSubnet, 0 },
        { "half.example.org", 1, ClientSubnet, 0 }, { "away.example.org", 1, ClientSubnet, 0 }, { "dead.example.org", 1, ClientSubnet, 0 },
        { "www.example.org", 1, PrivateSubnet, 0 }, { "fence.example.org", 1, PrivateSubnet, 0 }, { "fence.example.org", 28, SubnetIPv6, 0 }, { "split.example.org", 1, SubnetIPv6, 0 },
        { "none.example.org", 1, ClientSubnet, 0 }, { "fail.example.org", 1, ClientSubnet, 2 },
        { "static.example.org", 1, "0003 0000", 0 }, { "static.example.org", 1, "000A 0008 0102030405060708", 0 },
        { "static.example.org", 252, null, 5 }, { "static.example.org", 41, null, 1 },
        { "www.example.org", 1, "0008 0007 0001 18 00 C63301 FF", 1 }, { "www.example.org", 1, "0008 0004 0009 18 00", 1 },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_query_allocates_nothing(string name, ushort type, string? options, int rcode)
        => AssertAllocatesNothing(Query(name, type, options, ednsVersion: 0), rcode);

    /// <summary>With resolvers asked over to TCP, and a look-up of a beacon noted for each query.</summary>
    [Theory]
    [InlineData("www.example.org")]
    [InlineData("0123456789abcdef.wild.example.org")]
    public void A_query_that_measures_allocates_nothing(string name) => AssertAllocatesNothing(Query(name, 1, ClientSubnet, ednsVersion: 0), 0, _measuring);

    /// <summary>With every query and response copied for the query log and dnstap.</summary>
    [Theory]
    [InlineData("www.example.org")]
    [InlineData("static.example.org")]
    public void A_query_that_is_captured_allocates_nothing(string name)
    {
        _counters.Capture = () => new QueryRing(new CaptureClock(TimeProvider.System), logEvery: 1, tapEvery: 1);
        AssertAllocatesNothing(Query(name, 1, ClientSubnet, ednsVersion: 0), 0);
        Assert.True(Assert.Single(_counters.Blocks).Capture!.TryTake(out _));
    }

    /// <summary>Cookies made and checked, rates counted: what is over them is truncated, BADCOOKIE or dropped.</summary>
    [Theory]
    [InlineData("static.example.org", "")]
    [InlineData("static.example.org", "000A 0008 0102030405060708")]
    [InlineData("static.example.org", "000A 0018 0102030405060708 0100000000000000 0000000000000000")]
    [InlineData("nope.example.org", "")]
    [InlineData("example.com", "")]
    [InlineData("a.tree.example.org", "")]
    public void A_query_that_is_limited_allocates_nothing(string name, string options)
    {
        byte[] query = Query(name, 1, options, ednsVersion: 0), response = new byte[MessageLimits.Udp];
        Run(query, response, 1_000, _limiting);
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(query, response, _limiting)));
    }

    [Fact]
    public void A_query_of_an_unknown_EDNS_version_allocates_nothing() => AssertAllocatesNothing(Query("www.example.org", 1, "", ednsVersion: 1), 0);

    [Fact]
    public void A_query_of_another_opcode_allocates_nothing()
    {
        byte[] query = Query("www.example.org", 1, null, ednsVersion: 0);
        query[2] = 4 << 3;
        AssertAllocatesNothing(query, 4);
    }

    [Fact]
    public void A_query_with_octets_behind_it_allocates_nothing() => AssertAllocatesNothing([.. Query("www.example.org", 1, null, ednsVersion: 0), 0], 1);

    [Fact]
    public void A_batch_of_all_these_is_answered_as_each_alone_and_allocates_nothing()
    {
        byte[][] queries = [.. Questions.Select(q => Query((string)q[0], (ushort)q[1], (string?)q[2], ednsVersion: 0))];
        byte[][] alone = [.. queries.Select(_ => new byte[MessageLimits.Udp])];
        var random = new Draw(1);
        int[] lengths = [.. queries.Select((query, i) => _handler.Handle(query, Client.From(IPAddress.Loopback), alone[i], Arrival.Datagram, _counters.ForThisThread, ref random))];
        (byte[] Octets, int Length)[] together = RunBatch(queries, 1_000, out long allocated);
        for (int i = 0; i < queries.Length; i++)
        {
            Assert.True(alone[i].AsSpan(0, lengths[i]).SequenceEqual(together[i].Octets.AsSpan(0, together[i].Length)), string.Join(' ', Questions.ElementAt(i)));
        }

        Assert.Equal(0, allocated);
    }

    public void Dispose()
    {
        _counters.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void AssertAllocatesNothing(byte[] query, int rcode, QueryHandler? handler = null)
    {
        byte[] response = new byte[MessageLimits.Udp];
        Assert.True(Run(query, response, 1_000, handler) >= 12);
        Assert.Equal(rcode, response[3] & 0xF);
        // The runtime itself allocates once in a while on the thread that happens to reach newly optimised code; what a query allocates comes with every round.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(query, response, handler)));
    }

    private long AllocatedBy(byte[] query, byte[] response, QueryHandler? handler)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(query, response, 1_000, handler);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private int Run(byte[] query, byte[] response, int times, QueryHandler? handler = null)
    {
        CounterBlock counters = _counters.ForThisThread;
        var random = new Draw(1);
        var resolver = Client.From(IPAddress.Loopback);
        int length = 0;
        for (int i = 0; i < times; i++)
        {
            length = (handler ?? _handler).Handle(query, resolver, response, Arrival.Datagram, counters, ref random);
        }

        return length;
    }

    /// <summary>Warmed up, then measured; the answers are those of the first time.</summary>
    private unsafe (byte[] Octets, int Length)[] RunBatch(byte[][] queries, int times, out long allocated)
    {
        byte[][] packets = [.. queries.Select(q => { byte[] pinned = GC.AllocateArray<byte>(q.Length, pinned: true); q.CopyTo(pinned, 0); return pinned; })];
        byte[][] responses = [.. queries.Select(_ => GC.AllocateArray<byte>(MessageLimits.Udp, pinned: true))];
        var batch = new Datagram[queries.Length];
        for (int i = 0; i < batch.Length; i++)
        {
            batch[i].Request = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(packets[i]));
            batch[i].RequestLength = packets[i].Length;
            batch[i].Response = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(responses[i]));
            batch[i].Resolver = Client.From(IPAddress.Loopback);
        }

        CounterBlock counters = _counters.ForThisThread;
        var random = new Draw(1);
        _handler.HandleBatch(batch, counters, ref random);
        (byte[], int)[] first = [.. batch.Select((d, i) => ((byte[])responses[i].Clone(), d.ResponseLength))];
        long before = 0;
        for (int i = 0; i < 2 * times; i++)
        {
            if (i == times)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            _handler.HandleBatch(batch, counters, ref random);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(packets);
        GC.KeepAlive(responses);
        return first;
    }

    /// <summary>Unprobed, with operators at work: one region down, one drained for half of its clients, one on a ramp.</summary>
    private static HealthTable Health(Topology topology) => HealthTable.Unknown(topology, Now) with
    {
        Overrides =
        [
            Active("ap-south", OverrideState.Drain, 0.5, underWay: false), Active("lost", OverrideState.Down, 1, underWay: false),
            Active("ramp.example.org.@us-east", OverrideState.Drain, 0.3, underWay: true),
        ],
    };

    private static ActiveOverride Active(string target, OverrideState state, double share, bool underWay) =>
        new(new OperatorOverride(target, state, (int)(100 * share), "test", "test", DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(10), null, null, false, "1"), share, Now, underWay);

    private static byte[] Query(string name, ushort type, string? options, byte ednsVersion)
    {
        byte[] labels = [.. name.Split('.').SelectMany(l => new[] { (byte)l.Length }.Concat(System.Text.Encoding.ASCII.GetBytes(l))), 0];
        byte[] data = Convert.FromHexString((options ?? "").Replace(" ", "", StringComparison.Ordinal));
        // OPT, 1232 octets.
        byte[] opt = options is null ? [] : [0, 0, 41, 0x04, 0xD0, 0, ednsVersion, 0, 0, 0, (byte)data.Length, .. data];
        return [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(options is null ? 0 : 1), .. labels, (byte)(type >> 8), (byte)type, 0, 1, .. opt];
    }
}
