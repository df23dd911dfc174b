using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Random zones, health, overrides and clients from one seed: every policy and key that steering knows.</summary>
internal sealed class RandomWorld
{
    private static readonly string[] Places = ["EU", "NA", "US", "DE", "IE", "US-NY", "US-CA", "OC", "AS64503", "AS64500", "198.18.64.0/20", "198.18.0.0/22", "EEA", "10.1.0.0/16", "2001:db8:a000::/40"];
    private static readonly string[] Policies = ["geo", "latency", "load", "failover", "multivalue", "weighted"];
    private readonly Random _random;
    private readonly SteeringWorld _world = new();
    private readonly List<string> _regions = [];
    private readonly bool _hasCname;

    private readonly bool _mayFail;

    /// <param name="mayFail">Whether names may also say that they answer nothing when all is down.</param>
    public RandomWorld(int seed, bool mayFail = false)
    {
        _random = new Random(seed);
        _mayFail = mayFail;
        int regions = _random.Next(2, 7);
        for (int i = 0; i < regions; i++)
        {
            _regions.Add($"r{i}");
            string words = FormattableString.Invariant($"{_random.Next(-60, 70)} {_random.Next(-180, 180)} bias={_random.Next(-20, 20)}");
            bool isCname = _random.Next(10) == 0;
            _hasCname |= isCname;
            if (isCname)
                _world.CnameRegion($"r{i}", words, $"lb{i}.example.net.");
            else
                _world.Region($"r{i}", words, [$"192.0.2.{i}", $"2001:db8::{i}", .. _random.Next(3) == 0 ? (string[])[$"198.51.100.{i}"] : []]);
        }

        _world.Check("web", "tcp port=80").Check("deep", "http min-up=1");
        int names = _random.Next(1, 5);
        for (int i = 0; i < names; i++)
        {
            string words = Words(i);
            uint ttl = (uint)_random.Next(10, 100);
            string[] statics = words.EndsWith("all-down=static", StringComparison.Ordinal) || (_random.Next(3) == 0 && !_hasCname) ? ["203.0.113.99"] : [];
            _world.Steer($"n{i}", words, ttl, statics);
            if (_random.Next(2) == 0)
                _world.Steer($"twin{i}", words, ttl, statics);
        }

        Plan = SteeringPlan.Compile(_world.Topology, SteeringWorld.Geo);
    }

    public SteeringPlan Plan { get; }

    public Topology Topology => Plan.Topology;

    public SteeringPlan Rebuild() => Build(_world.Records);

    /// <summary>The same world with no other steered name than this one.</summary>
    public SteeringPlan RebuildWith(SteeredName only) => Build([.. _world.Records.Where(record => record.Kind != ConfigKind.Steer || record.Owner == only.Owner)]);

    /// <summary>The same with one word of its rules replaced.</summary>
    public SteeringPlan RebuildWith(SteeredName only, string word, string by) => Build([.. _world.Records.Where(record => record.Kind != ConfigKind.Steer || record.Owner == only.Owner)
        .Select(record => record.Kind == ConfigKind.Steer ? record with { Words = [.. record.Words.Select((text, i) => i == 0 && text == word ? by : text)] } : record)]);

    private static SteeringPlan Build(IReadOnlyList<ConfigRecord> records)
    {
        TopologyBuilder.Build(records, out Topology? topology);
        Assert.NotNull(topology);
        return SteeringPlan.Compile(topology, SteeringWorld.Geo);
    }

    /// <param name="mayForce">Whether some overrides are forced.</param>
    public HealthTable Health(bool withOverrides = true, bool mayForce = true)
    {
        TimeSpan now = TimeSpan.FromHours(2);
        double downShare = _random.NextDouble();
        MonitorHealth[] monitors = [.. Topology.Monitors.Select(_ => new MonitorHealth(_random.NextDouble() < downShare ? Verdict.Down : Verdict.Up, _random.Next(4) > 0,
            _random.Next(2) == 0 ? TimeSpan.MinValue : now - TimeSpan.FromSeconds(_random.Next(0, 120)), (1, 2, 3)) { Damping = Damping(now) })];
        var overrides = new Dictionary<string, ActiveOverride>();
        for (int i = withOverrides ? _random.Next(4) : 0; i > 0; i--)
        {
            string target = _random.Next(3) switch
            {
                0 => Pick(_regions),
                1 => $"{Pick(_regions)}.example.org.",
                _ => $"n0.example.org.@{Topology.Regions[FirstRegion()].Label}",
            };
            var state = (OverrideState)_random.Next(1, 4);
            double share = state == OverrideState.Up ? 0 : _random.Next(2) == 0 ? 1 : _random.NextDouble();
            overrides[target] = new ActiveOverride(new OperatorOverride(target, state, 100, "test", "alice", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null,
                mayForce && _random.Next(3) == 0, $"{_random.Next(4)}"), share,
                now - TimeSpan.FromSeconds(_random.Next(100)), _random.Next(5) == 0);
        }

        return new HealthTable([.. monitors], [.. overrides.Values], now) { Load = Load(now), Local = Views([.. monitors], now) };
    }

    /// <summary>Of one monitor in eight, which flapped and is kept from clients for a while yet, or was until a while ago.</summary>
    private FlapDamping Damping(TimeSpan now) => _random.Next(8) > 0 ? default : new FlapDamping(3000, now - TimeSpan.FromMinutes(1), 4, now + TimeSpan.FromSeconds(_random.Next(-60, 400)));

    /// <summary>What vantages in about half of the regions see, each for itself.</summary>
    private LocalViews? Views(ImmutableArray<MonitorHealth> all, TimeSpan now)
    {
        string[] vantages = [.. _regions.Where(_ => _random.Next(2) == 0)];
        double downShare = _random.NextDouble();
        VantageView[] views = [.. vantages.Select(region => new VantageView(new VantageReport($"ns-{region}", region, 1, 1, true, false, "", "", "", "",
            [.. Topology.Monitors.Select(monitor => _random.NextDouble() < downShare ? new Observation(monitor.Key, Verdict.Down, -9, 1, "") : new Observation(monitor.Key, Verdict.Up, _random.Next(1, 9), 1, ""))]), now, false))];
        return LocalViews.Merge(Topology, Voter.Roll(new MonitorIndex(Topology), views, now), all, null, null, now);
    }

    /// <summary>Half of the time with prices, now and then with bad news, of some or most.</summary>
    private LoadTable Load(TimeSpan now) => _random.Next(2) == 0 ? LoadTable.None : Load(now, badShare: _random.Next(3) == 0 ? 0.8 : 0.15);

    private LoadTable Load(TimeSpan now, double badShare) => new(
        [.. Topology.Regions.Select(_ => new RegionBearing(_random.Next(2) * _random.Next(1500) / 10.0, _random.NextDouble() < badShare ? (RegionNews)_random.Next(1, 3) : RegionNews.None, now - TimeSpan.FromSeconds(_random.Next(100))))], []);

    public Client Client()
    {
        Span<byte> octets = stackalloc byte[4];
        _random.NextBytes(octets);
        switch (_random.Next(6))
        {
            case 0:
                return SteeringWorld.NoSubnet;
            case 1:
                octets[0] = 10;
                octets[1] = (byte)_random.Next(3);
                break;
            case < 5:
                octets[0] = 198;
                octets[1] = (byte)(18 + (octets[1] & 1));
                break;
            default:
                return Network($"2001:db8:{(char)('a' + _random.Next(2))}0{_random.Next(10)}0:{_random.Next(256):x}00::", _random.Next(32, 57));
        }

        return Network(new IPAddress(octets).ToString(), _random.Next(8) == 0 ? _random.Next(1, 25) : 24);
    }

    private string Words(int index)
    {
        string policy = Pick(Policies);
        List<string> targets = [.. _regions.OrderBy(_ => _random.Next()).Take(_random.Next(1, _regions.Count + 1))];
        if (index > 0 && _random.Next(3) == 0)
            targets.Add($"n{_random.Next(index)}");
        List<string> words = [policy, .. targets.Select(target => policy == "weighted" ? $"{target}={_random.Next(0, 4)}" : target), "check=web"];
        if (_random.Next(4) == 0)
            words.Add("check=deep");
        if (policy is "geo" or "latency" or "load")
        {
            for (int i = _random.Next(4); i > 0; i--)
                words.Add($"map={Pick(Places)}:{Pick(targets)}");
        }

        if (_random.Next(3) == 0 && targets.Count > 1)
            words.Add($"only={Pick(Places)}:{targets[0]}/{targets[1]}");
        if (_random.Next(4) == 0)
            words.Add($"answers={_random.Next(1, 4)}");
        if (_random.Next(4) == 0)
            words.Add("health-view=local");
        if (_random.Next(6) == 0)
            words.Add("ecs=ignore");
        if (_random.Next(4) == 0)
            words.Add($"persist={_random.Next(8, 25)}/{_random.Next(24, 57)}");
        if (_random.Next(3) == 0)
            words.Add(Pick(["ramp=0s", "ramp=2m", "failback=manual"]));
        if (policy == "weighted" && _random.Next(4) == 0)
            words.Add("spread=random");
        if (_random.Next(3) == 0)
            words.Add($"all-down={Pick(LastResorts(index, isFenced: words.Exists(word => word.StartsWith("only=", StringComparison.Ordinal))))}");
        return string.Join(' ', words);
    }

    /// <summary>Static records and another target could lie outside a fence, and static ones not stand beside a CNAME.</summary>
    private List<string> LastResorts(int index, bool isFenced)
    {
        if (!_mayFail)
            return ["all", "last"];
        List<string> resorts = ["servfail", "nodata"];
        if (!isFenced)
            resorts.Add(AllDownTarget(index));
        if (!isFenced && !_hasCname)
            resorts.Add("static");
        return resorts;
    }

    private string AllDownTarget(int index) => index > 0 && _random.Next(2) == 0 ? $"n{_random.Next(index)}" : Pick(_regions);

    private int FirstRegion() => Topology.Names[0].Targets.First(target => !target.IsName).Index;

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private static Client Network(string address, int length)
    {
        Client whole = GslbServer.Steering.Client.From(IPAddress.Parse(address), ClientSource.Subnet);
        return whole with { PrefixLength = (byte)length, Address = whole.Address & (UInt128.MaxValue << (128 - length)) };
    }
}
