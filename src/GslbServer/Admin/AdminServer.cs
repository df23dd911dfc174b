using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace GslbServer;

/// <summary>The admin listener of a node: health, metrics, the JSON API, the dashboard.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    /// <summary>What is still running then is cut off, so that a stop keeps its limit.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly AdminRates _rates;
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask, _live = Task.CompletedTask;

    private AdminServer(WebApplication app, AdminRates rates) => (_app, _rates) = (app, rates);

    /// <summary>Where it listens: <c>http://127.0.0.1:8053</c>.</summary>
    public IReadOnlyList<string> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <exception cref="StartupException">The address is in use, or tokens, certificate or authorities cannot be used.</exception>
    public static async Task<AdminServer> StartAsync(Node node, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel, ListenSockets? sockets = null)
    {
        NodeOptions options = node.Options;
        var files = new AdminFiles(options.AdminListener, time, loggers);
        if (files.Problems.Count > 0)
        {
            throw new StartupException(files.Problems);
        }

        var rates = new AdminRates(options.AdminRate);
        WebApplication app = Build(options.Admin, files, loggers, sockets);
        var hosts = new HostRules(options.Admin.Address, [System.Net.Dns.GetHostName(), options.Node, .. options.AdminHosts], () => files.Certificate?.Names ?? []);
        app.Use(AdminSpans.CoverAsync);
        var audit = new RefusalAudit(node.Audit, time);
        new AdminSecurity(hosts, new AdminAccess(files.Tokens, options.AdminReadOpen, rates), rates, audit.Refused).Use(app);
        app.Use(audit.CoverAsync);
        app.Use(QueryParameters.CheckAsync);
        var live = new LiveFeed(node, time, loggers.CreateLogger<LiveFeed>());
        AdminRoutes.Map(app, node, live, time);
        AdminExposure.Warn(options.AdminListener, loggers.CreateLogger<AdminServer>());
        var server = new AdminServer(app, rates);
        await Listening.StartAsync(app, "admin", cancel);
        server._live = Task.Run(() => live.RunAsync(server._stop.Token), CancellationToken.None);
        server._watching = files.WatchAsync(server._stop.Token);
        return server;
    }

    /// <summary>The web application with its limits and its way of saying what is wrong, without routes.</summary>
    private static WebApplication Build(IPEndPoint listen, AdminFiles files, ILoggerFactory loggers, ListenSockets? sockets)
    {
        WebApplicationBuilder builder = Listening.Builder(kestrel => AdminListener.Listen(kestrel, listen, files));
        builder.WebHost.UseKestrelHttpsConfiguration();
        sockets?.UseFor(builder);
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
        if (HttpMethods.IsHead(http.Request.Method) && !http.Request.Path.StartsWithSegments(EventStream.Path, StringComparison.Ordinal)
            && !http.Request.Path.StartsWithSegments(LiveStream.Path, StringComparison.Ordinal))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await _live;
        await _app.DisposeAsync();
        _rates.Dispose();
        _stop.Dispose();
    }
}
