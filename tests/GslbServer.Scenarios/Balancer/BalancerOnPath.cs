using System.Globalization;
using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A real gslb-balancer on a machine of a <see cref="PathNetwork"/>, with one backend beside it.</summary>
public sealed class BalancerOnPath : IAsyncDisposable
{
    public const int Port = 8080;

    private const int AdminPort = 8054, BackendPort = 8081;

    private readonly TemporaryFolder _folder = new();
    private readonly RunningProgram _backend;
    private readonly HttpClient _admin;

    private BalancerOnPath(PathHost host, string region, string redis, string more)
    {
        Host = host;
        _folder.Write("content/index.html", "<!doctype html><title>it works</title><script async src=\"/.well-known/gslb/b.js\"></script>");
        _folder.Write("appsettings.json", $$"""
            {
              "ReverseProxy": {
                "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "Destinations": { "one": { "Address": "http://127.0.0.1:{{BackendPort}}/" } } } }
              },
              "Balancer": { "Name": "{{region}}", "DrainWait": "0s", {{more}} }
            }
            """);
        _backend = host.Start("python3", "-u", "-m", "http.server", $"{BackendPort}", "--bind", "127.0.0.1", "--directory", _folder.File("content"));
        Process = host.Start(BuiltProgram.Balancer, "--contentRoot", _folder.Path, "--urls", $"http://0.0.0.0:{Port}", "--region", region, "--redis", redis);
        _admin = host.HttpClient(IPAddress.Loopback);
    }

    public PathHost Host { get; }

    public RunningProgram Process { get; }

    /// <summary>What the backend was asked.</summary>
    public ProgramOutput Backend => _backend.Output;

    public string Url => $"http://{Host.Address}:{Port}/";

    /// <param name="redis">Of the stores; the first is its own.</param>
    /// <param name="more">Of the section <c>Balancer</c>.</param>
    public static async Task<BalancerOnPath> StartAsync(PathHost host, string region, string redis, string more = "\"Latency\": { \"Epoch\": \"1s\" }")
    {
        var balancer = new BalancerOnPath(host, region, redis, more);
        await balancer.Process.WaitForLineAsync("joined the global layer");
        await balancer._backend.WaitForLineAsync("Serving HTTP");
        return balancer;
    }

    /// <summary>The value of a metric by its whole name with labels, 0 if it is not there.</summary>
    public async Task<double> MetricAsync(string sample)
    {
        string page = await _admin.GetStringAsync(new Uri($"http://127.0.0.1:{AdminPort}/metrics"));
        string? line = page.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public Task<double> SamplesAsync(string verdict) => MetricAsync($"gslb_balancer_latency_samples_total{{verdict=\"{verdict}\"}}");

    /// <summary>Some requests over one connection, which is closed then.</summary>
    public async Task VisitAsync(PathHost client, string from, int requests = 3)
    {
        using HttpClient http = client.HttpClient(IPAddress.Parse(from));
        for (int i = 0; i < requests; i++) Assert.Contains("it works", await http.GetStringAsync(new Uri(Url)));
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await Process.DisposeAsync();
        await _backend.DisposeAsync();
        _folder.Dispose();
    }
}
