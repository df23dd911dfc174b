using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Admin;

/// <summary>A real node with its admin listener, on free ports of 127.0.0.1. Nothing is probed: every endpoint is up.</summary>
public sealed class AdminNode : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-admin-");
    private Node _node = null!;
    private AdminServer _admin = null!;

    public Uri Url => new(_admin.Urls[0]);

    public HttpClient Http { get; private set; } = null!;

    public string ZoneFile => Path.Combine(_folder.FullName, "zones", "example.org.zone");

    public string TokenFile => Path.Combine(_folder.FullName, "tokens");

    /// <summary>Two regions; <c>one</c> has a single target, so that taking it is refused.</summary>
    public const string Zone = """
        $TTL 300
        @        SOA     ns hostmaster 7 3600 600 86400 30
                 NS      ns
        ns       A       192.0.2.53
        us-east  REGION  39.04 -77.49
                 A       192.0.2.10
        eu-west  REGION  53.35 -6.26
                 A       198.51.100.10
        www   30 STEER   failover eu-west us-east
        one   30 STEER   failover eu-west
        docs     CNAME   www

        """;

    /// <summary>As <c>--admin-token-file</c> has it.</summary>
    public const string Tokens = "# operators\nalice:wonderland\nplain\n";

    public Task InitializeAsync() => StartAsync(withTokens: false);

    /// <param name="with">Further options.</param>
    internal async Task StartAsync(bool withTokens, string tokens = Tokens, Func<NodeOptions, NodeOptions>? with = null, ILoggerFactory? loggers = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ZoneFile)!);
        await File.WriteAllTextAsync(ZoneFile, Zone);
        if (withTokens)
        {
            await File.WriteAllTextAsync(TokenFile, tokens);
        }

        var options = new NodeOptions
        {
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Admin = new IPEndPoint(IPAddress.Loopback, 0),
            AdminTokenFile = withTokens ? TokenFile : null,
            Zones = Path.GetDirectoryName(ZoneFile)!,
            StateDirectory = Path.Combine(_folder.FullName, "state"),
            Node = "node-1",
            Threads = 1,
        };
        options = with?.Invoke(options) ?? options;
        loggers ??= NullLoggerFactory.Instance;
        _node = await Node.StartAsync(options, TimeProvider.System, loggers, CancellationToken.None);
        _admin = await AdminServer.StartAsync(_node, TimeProvider.System, loggers, CancellationToken.None);
        Http = new HttpClient { BaseAddress = Url };
    }

    /// <summary>A second admin listener of the same node, by another clock.</summary>
    internal Task<AdminServer> StartAnotherAsync(TimeProvider time) => AdminServer.StartAsync(_node, time, NullLoggerFactory.Instance, CancellationToken.None);

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach ((string name, string value) in headers)
        {
            if (name == "Content-Type" && request.Content is not null)
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        string? type = response.Content.Headers.ContentType?.MediaType;
        Assert.True(response.IsSuccessStatusCode || type == "application/problem+json", $"{(int)response.StatusCode} as {type}: {body}");
        return (response.StatusCode, type is "application/json" or "application/problem+json" ? JsonNode.Parse(body) : null);
    }

    public Task<(HttpStatusCode Status, JsonNode? Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task DisposeAsync()
    {
        // Of a start that failed there is nothing to stop; its own exception is the one to see.
        Http?.Dispose();
        await (_node?.StopAsync() ?? Task.CompletedTask);
        await (_admin?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Delete(recursive: true);
    }
}
