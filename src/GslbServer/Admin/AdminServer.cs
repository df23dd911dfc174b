using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GslbServer;

/// <summary>The admin listener of a node: health, metrics, the JSON API, the status page.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    /// <summary>Octets of a request body at most; an override has a few hundred.</summary>
    private const int MaxBodyLength = 64 * 1024;

    /// <summary>Operators, scrapers and event streams; whoever needs more is no operator.</summary>
    private const int MaxConnections = 1_000;

    /// <summary>What is still running then is cut off, so that a stop keeps its limit.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private AdminServer(WebApplication app) => _app = app;

    /// <summary>Where it listens: <c>http://127.0.0.1:8053</c>.</summary>
    public IReadOnlyList<string> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <exception cref="StartupException">The address is in use, or the token file cannot be used.</exception>
    public static async Task<AdminServer> StartAsync(Node node, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel)
    {
        NodeOptions options = node.Options;
        AdminTokens? tokens = options.AdminTokenFile is { } file ? new AdminTokens(file, time, loggers.CreateLogger<AdminTokens>()) : null;
        if (tokens?.Problems is { Count: > 0 } problems)
        {
            throw new StartupException([.. problems]);
        }

        WebApplication app = Build(options.Admin, loggers);
        var hosts = new HostRules(options.Admin.Address, [System.Net.Dns.GetHostName(), options.Node]);
        var audit = new RefusalAudit(node.Audit, time);
        new AdminSecurity(hosts, new AdminAccess(tokens, options.AdminReadOpen), audit.Refused).Use(app);
        app.Use(audit.CoverAsync);
        AdminRoutes.Map(app, node, time);
        await Listening.StartAsync(app, "admin", cancel);
        return new AdminServer(app);
    }

    /// <summary>The web application with its limits and its way of saying what is wrong, without routes.</summary>
    internal static WebApplication Build(IPEndPoint listen, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = Listening.Builder(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxBodyLength;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(listen);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.ConfigureHttpJsonOptions(json => AdminJson.Configured(json.SerializerOptions));
        builder.Services.AddOpenApi(AdminDocument.Configure);
        WebApplication app = builder.Build();
        Problem.UseForEverything(app, "There is nothing here; /openapi/v1.json lists the routes.");
        app.Use(AnswerHead);
        app.UseRouting();
        return app;
    }

    /// <summary>HEAD is GET whose content stays here (RFC 9110 section 9.3.2); the server itself leaves the content out. A stream of events would never end.</summary>
    private static Task AnswerHead(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsHead(http.Request.Method) && !http.Request.Path.StartsWithSegments(EventStream.Path, StringComparison.Ordinal))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
