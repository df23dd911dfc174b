using System.Collections.Concurrent;
using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The sample's web servers: one tiny HTTP endpoint for each region whose check asks a loopback address, so that health and failover show with nothing
/// else installed. <c>GET /</c> says which region answers, <c>POST /fail</c> and <c>POST /recover</c> turn its health.</summary>
internal sealed class DemoEndpoints : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<IPEndPoint, bool> _failed = new();

    private DemoEndpoints(WebApplication app, IReadOnlyList<DemoEndPoint> endPoints)
    {
        _app = app;
        EndPoints = endPoints;
    }

    public IReadOnlyList<DemoEndPoint> EndPoints { get; }

    /// <exception cref="StartupException">An address is in use.</exception>
    public static async Task<DemoEndpoints> StartAsync(Topology topology, CancellationToken cancel)
    {
        IReadOnlyList<DemoEndPoint> endPoints = Of(topology);
        WebApplicationBuilder builder = Listening.Builder(kestrel =>
        {
            foreach (DemoEndPoint endPoint in endPoints)
            {
                kestrel.Listen(endPoint.Address);
            }
        });
        WebApplication app = builder.Build();
        var demo = new DemoEndpoints(app, endPoints);
        demo.MapRoutes();
        if (endPoints.Count > 0)
        {
            await Listening.StartAsync(app, "demo endpoint", cancel);
            await WarmUpAsync(endPoints, cancel);
        }

        return demo;
    }

    /// <summary>The first answer of a process is its slowest: on a busy machine the first probes would call healthy endpoints down.</summary>
    private static async Task WarmUpAsync(IReadOnlyList<DemoEndPoint> endPoints, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (DemoEndPoint endPoint in endPoints)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{endPoint.Address}{endPoint.CheckPath}"), cancel);
        }
    }

    /// <summary>Loopback addresses that an http check of the zone asks.</summary>
    public static IReadOnlyList<DemoEndPoint> Of(Topology topology)
    {
        var found = new List<DemoEndPoint>();
        foreach (Steering.Monitor monitor in topology.Monitors)
        {
            Check check = topology.Checks[monitor.Check];
            if (check.Kind == CheckKind.Http && monitor.Address is { } address && IPAddress.IsLoopback(address))
            {
                var endPoint = new IPEndPoint(address, check.Port);
                if (!found.Any(e => e.Address.Equals(endPoint)))
                {
                    found.Add(new DemoEndPoint(endPoint, topology.Regions[monitor.Region].Label, check.Path));
                }
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody waits for the demo's own requests.
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private void MapRoutes()
    {
        _app.MapGet("/", (HttpContext http) => $"{Asked(http).Region} ({http.Request.Host}) {(HasFailed(http) ? "is failing" : "serves")}\n");
        foreach (string path in EndPoints.Select(e => e.CheckPath.Split('?')[0]).Where(p => p != "/").Distinct(StringComparer.Ordinal))
        {
            _app.MapGet(path, (HttpContext http) => HasFailed(http) ? Results.Text("failing\n", statusCode: StatusCodes.Status503ServiceUnavailable) : Results.Text("ok\n"));
        }

        _app.MapPost("/fail", (HttpContext http) => Turn(http, failed: true));
        _app.MapPost("/recover", (HttpContext http) => Turn(http, failed: false));
    }

    private string Turn(HttpContext http, bool failed)
    {
        DemoEndPoint asked = Asked(http);
        _failed[asked.Address] = failed;
        return $"{asked.Region} {(failed ? "fails from now on" : "serves again")}\n";
    }

    private bool HasFailed(HttpContext http) => _failed.GetValueOrDefault(Asked(http).Address);

    private DemoEndPoint Asked(HttpContext http) =>
        EndPoints.First(e => e.Address.Address.Equals(http.Connection.LocalIpAddress) && e.Address.Port == http.Connection.LocalPort);
}

/// <param name="Region">Its label.</param>
/// <param name="CheckPath">What the check asks for.</param>
internal sealed record DemoEndPoint(IPEndPoint Address, string Region, string CheckPath);
