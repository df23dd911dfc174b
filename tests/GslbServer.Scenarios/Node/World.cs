using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A world of three regions on loopback addresses of a scenario's own, with their endpoints as processes, and the zone that describes them.</summary>
public sealed class World : IAsyncDisposable
{
    private static int _next;

    private readonly TemporaryFolder _folder = new();

    private World(int network, int port)
    {
        Network = network;
        EndpointPort = port;
    }

    /// <summary>Third octet of the world's addresses.</summary>
    public int Network { get; }

    public int EndpointPort { get; }

    public string Zones => _folder.File("zones");

    private string Every { get; init; } = "1s";

    public RegionEndpoint America { get; private set; } = null!;

    public RegionEndpoint Europe { get; private set; } = null!;

    public RegionEndpoint Asia { get; private set; } = null!;

    /// <summary>A state directory of a node's own.</summary>
    public string State(string node) => _folder.File("state-" + node);

    /// <param name="every">Between two checks of an endpoint.</param>
    public static async Task<World> CreateAsync(string every = "1s")
    {
        var world = new World(100 + Interlocked.Increment(ref _next), FreePort.Tcp()) { Every = every };
        world.America = await RegionEndpoint.StartAsync(world.Address(1), world.EndpointPort);
        world.Europe = await RegionEndpoint.StartAsync(world.Address(2), world.EndpointPort);
        world.Asia = await RegionEndpoint.StartAsync(world.Address(3), world.EndpointPort);
        world.WriteZone("2026112101");
        return world;
    }

    public string Address(int host) => $"127.0.{Network}.{host}";

    /// <summary>Replaces the zone atomically.</summary>
    public void WriteZone(string serial, string more = "") => _folder.Write("zones/example.org.zone", $"""
        $TTL 300
        @        SOA    ns1 hostmaster {serial} 3600 600 86400 30
                 NS     ns1
        ns1      A      192.0.2.53
        us-east  REGION 39.04 -77.49
                 A      {Address(1)}
        eu-west  REGION 53.35 -6.26
                 A      {Address(2)}
        ap-south REGION 19.08 72.88
                 A      {Address(3)}
        web      CHECK  http port={EndpointPort} path=/healthz every={Every} timeout=900ms fall=2 rise=2
        www   20 STEER  latency us-east eu-west ap-south check=web ramp=0s
        eu    20 STEER  failover eu-west us-east check=web ramp=0s
        canary 20 STEER weighted us-east=90 eu-west=10 check=web ramp=0s
        all   20 STEER  multivalue us-east eu-west ap-south check=web ramp=0s
        {more}

        """);

    public void WriteZoneText(string text) => _folder.Write("zones/example.org.zone", text);

    public async ValueTask DisposeAsync()
    {
        await America.DisposeAsync();
        await Europe.DisposeAsync();
        await Asia.DisposeAsync();
        _folder.Dispose();
    }
}
