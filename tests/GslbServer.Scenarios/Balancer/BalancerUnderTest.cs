using System.Globalization;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A real gslb-balancer process with a settings file of its own.</summary>
public sealed class BalancerUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int? _descriptors;
    private readonly IReadOnlyDictionary<string, string>? _environment;

    private BalancerUnderTest(string settings, int? descriptors, IReadOnlyDictionary<string, string>? environment)
    {
        Port = FreePort.Tcp();
        AdminPort = FreePort.Tcp();
        _folder.Write("appsettings.json", settings);
        _descriptors = descriptors;
        _environment = environment;
        Process = Start();
    }

    public RunningProgram Process { get; private set; }

    public int Port { get; }

    public int AdminPort { get; }

    /// <summary>A new connection and no cookies for each request: what one request does says nothing about another's.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Starts and waits until it says that it serves.</summary>
    /// <param name="descriptors">The most file descriptors that it may have. Null: as the tests themselves.</param>
    public static async Task<BalancerUnderTest> StartAsync(string settings, int? descriptors = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var balancer = new BalancerUnderTest(settings, descriptors, environment);
        await balancer.Process.WaitForLineAsync("serving on");
        return balancer;
    }

    /// <summary>Starts it once more, on the same ports, when it has ended.</summary>
    public async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = Start();
        await Process.WaitForLineAsync("serving on");
    }

    /// <summary>One route to one cluster, checked every 200 ms, out after two failures and in after two successes.</summary>
    /// <param name="root">More sections beside those of the proxy and the balancer.</param>
    public static string Settings(IEnumerable<Backend> backends, string cluster = "", string balancer = "\"DrainWait\": 0", string root = "") => $$"""
        {
          {{root}}{{(root.Length > 0 ? "," : "")}}
          "ReverseProxy": {
            "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
            "Clusters": {
              "web": {
                "LoadBalancingPolicy": "RoundRobin",
                {{(cluster.Length > 0 ? cluster : Checked)}},
                "Destinations": { {{string.Join(", ", backends.Select(backend => $"\"{backend.Name}\": {{ \"Address\": \"{backend.Address}\" }}"))}} }
              }
            }
          },
          "Balancer": { {{balancer}} }
        }
        """;

    public const string Checked = """
        "HealthCheck": { "Active": { "Enabled": true, "Path": "/healthz", "Interval": "00:00:00.200", "Timeout": "00:00:05" } }
        """;

    public void Write(string settings) => _folder.Write("appsettings.json", settings);

    public Task<string> GetAsync(string path) => Client.GetStringAsync(Url(path));

    public string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>Status and body of an admin path.</summary>
    public Task<(int Status, string Body)> AdminAsync(string path) => AskAsync($"http://127.0.0.1:{AdminPort}{path}");

    /// <summary>Status and body of a proxied path.</summary>
    public Task<(int Status, string Body)> AskProxyAsync(string path) => AskAsync(Url(path));

    /// <summary>Waits until an admin path has this status, and returns its body.</summary>
    public async Task<string> WaitForAdminAsync(string path, int status) => (await Eventually.GetAsync(() => AdminAsync(path), answer => answer.Status == status)).Body;

    /// <summary>The value of a metric by its whole name with labels, 0 if it is not there.</summary>
    public async Task<double> MetricAsync(string sample)
    {
        string? line = (await AdminAsync("/metrics")).Body.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Which backends answered so many requests.</summary>
    public async Task<Dictionary<string, int>> SpreadAsync(int requests)
    {
        Dictionary<string, int> answers = [];
        for (int i = 0; i < requests; i++)
        {
            string name = await GetAsync("/");
            answers[name] = answers.GetValueOrDefault(name) + 1;
        }

        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private RunningProgram Start()
    {
        string[] arguments = ["--contentRoot", _folder.Path, "--urls", $"http://127.0.0.1:{Port}", "--admin", $"127.0.0.1:{AdminPort}"];
        return _descriptors is { } limit
            ? RunningProgram.Start("/bin/sh", ["-c", $"ulimit -n {limit}; exec \"$0\" \"$@\"", BuiltProgram.DotnetHost, BuiltProgram.Balancer.Path, .. arguments])
            : RunningProgram.Start(BuiltProgram.Balancer, arguments, environment: _environment);
    }

    private async Task<(int Status, string Body)> AskAsync(string url)
    {
        using HttpResponseMessage response = await Client.GetAsync(url);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
