using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Every route of the admin API. Handlers take the request apart, call a plain function, and say what came out.</summary>
internal static class AdminRoutes
{
    public static void Map(WebApplication app, Node node, LiveFeed live, TimeProvider time)
    {
        app.MapOpenApi();
        var viewers = new ConnectionLimits(EventStream.Most, EventStream.MostFromOne);
        DashboardFiles.Map(app);

        app.MapGet("/healthz", () => TypedResults.Text("ok\n")).RequireRole(AdminRole.None).WithoutRateLimit().WithSummary("200 while the process runs").Produces<string>(200, "text/plain").WithTags("health");
        app.MapGet("/readyz", () => Readiness.Of(node.NotReady)).RequireRole(AdminRole.None).WithoutRateLimit()
            .WithSummary("200 once zones are served and the first health round is complete; 503 with reasons before, and while the node stops")
            .Produces<string>(200, "text/plain").ProducesProblem(503).WithTags("health");
        app.MapGet("/metrics", () => Results.Text(PrometheusText.Write(NodeMetrics.Read(node, time)), PrometheusText.ContentType)).WithRateOfItsOwn("metrics")
            .WithSummary("Prometheus text").Produces<string>(200, "text/plain").WithTags("health");

        RouteGroupBuilder api = app.MapGroup("/api/v1");
        api.MapGet("/status", () => TypedResults.Json(StatusBuilder.Build(node, time), AdminJson.Options))
            .WithSummary("Regions, endpoints, who sees what, overrides, stores, hashes").Produces<StatusReport>().WithTags("state");
        api.MapGet("/explain", (HttpContext http, string? name, string? type, string? client) =>
                ExplainQuery.Run(node.Serving.Current, name, type, client, http.Connection.RemoteIpAddress ?? IPAddress.Loopback).ToResult())
            .WithSummary("Why a client gets its answer; client is ADDR (the resolver's) or ADDR/LEN (a client subnet)")
            .Produces<Explanation>().ProducesProblem(400).ProducesProblem(404).WithTags("state");
        api.MapGet("/whoami", (HttpContext http) => AdminLockout.Of(http) ?? TypedResults.Json(WhoAmI.Of(http), AdminJson.Options))
            .WithSummary("Whom this node takes the caller for: name and role, and how it knows").Produces<WhoAmI>().ProducesProblem(429).RequireRole(AdminRole.None).WithTags("state");
        api.MapPost("/reload", async (HttpContext http, CancellationToken cancel) =>
            {
                AuditMark.Set(http);
                return ReloadReport.Of(await node.ReloadAsync(OverrideOwner.OriginOf(http), cancel, OverrideOwner.Of(null, http)));
            }).RequireRole(AdminRole.Operate)
            .WithSummary("Reads zones and geodata now; 422 with all errors, and what stays in force").Produces<ReloadReport>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422).WithTags("state");
        app.MapGet(EventStream.Path, (HttpRequest request, IHostApplicationLifetime lifetime) => EventStream.Of(node, request, viewers, lifetime.ApplicationStopping))
            .WithSummary("Server-sent events: transitions, overrides, reloads, samples of decisions").Produces<string>(200, "text/event-stream").ProducesProblem(429).ProducesProblem(503).WithTags("state");

        app.MapGet(LiveStream.Path, (HttpContext http, IHostApplicationLifetime lifetime) => LiveStream.OfAsync(live, http, viewers, lifetime.ApplicationStopping))
            .WithSummary("Server-sent events for the dashboard: hello with the last ten minutes, then about once a second a frame with the whole state").Produces<string>(200, "text/event-stream")
            .ProducesProblem(429).ProducesProblem(503).WithTags("state");

        api.MapDelete(NodeEndpoints.Route, new NodeEndpoints(node).ForgetAsync).WithSummary("Forget a node that died: it counts no more among the vantages, on all nodes")
            .Produces<ForgottenNode>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503).WithTags("nodes");
        api.MapGet("/audit", (string? since, string? target, string? kind, string? limit, string? cursor) => AuditQuery.Run(node, time.GetUtcNow(), since, target, kind, limit, cursor))
            .WithSummary($"Who did what, and why, of all nodes: since (2h or a time), target, kind ({string.Join(", ", AuditQuery.Kinds)}), limit, cursor of an earlier answer")
            .Produces<AuditReport>().ProducesProblem(400).WithTags("state");

        var latency = new LatencyEndpoints(node);
        api.MapGet("/latency", latency.List).WithSummary("The map of round trips in force, and the prefixes measured most, or those within a network")
            .Produces<LatencyView>().ProducesProblem(400).WithTags("latency");
        api.MapGet("/latency/export", latency.Export).WithSummary("All that was measured as CSV: client, region, ms, samples").Produces<string>(200, "text/csv").WithTags("latency");
        api.MapGet("/latency/map", latency.Download).WithSummary("The map of round trips in force, as nodes tell it to each other: what gslb simulate --server plans with").Produces<byte[]>(200, "application/octet-stream").WithTags("latency");
        api.MapPost("/latency/import", latency.ImportAsync).WithSummary("Takes over a CSV of round trips; 422 with every error as line:column").WithMetadata(LatencyEndpoints.ImportLimit)
            .Accepts<LatencyImportRequest>("application/json").Produces<LatencyImportResult>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(413).ProducesProblem(422).WithTags("latency");

        ZoneRoutes.Map(api, node);

        var overrides = new OverrideEndpoints(node, time);
        const string Target = "/overrides/{**target}";
        api.MapGet("/overrides", overrides.List).WithSummary("All overrides in force or scheduled").Produces<OverrideView[]>().WithTags("overrides");
        api.MapGet(Target, overrides.Get).WithSummary("One override").Produces<OverrideView>().ProducesProblem(404).WithTags("overrides");
        api.MapPut(Target, overrides.PutAsync).RequireRole(AdminRole.Operate).WithSummary("Drain a target, or force it down or up; with dryRun=true only says what it would answer, and changes nothing")
            .Accepts<OverrideRequest>("application/json").Produces<OverrideResult>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithTags("overrides");
        api.MapDelete(Target, overrides.DeleteAsync).RequireRole(AdminRole.Operate).WithSummary("Take an override back").Produces<OverrideResult>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).WithTags("overrides");

        var drills = new DrillEndpoints(node, time);
        api.MapGet("/drills", drills.List).WithSummary("Drills under way and of late, the newest first, with what each node saw").Produces<DrillReport[]>().WithTags("drills");
        api.MapGet("/drills/{id}", drills.Get).WithSummary("One drill: its id, or the last of a region").Produces<DrillReport>().ProducesProblem(404).WithTags("drills");
        api.MapPost("/drills", drills.StartAsync).RequireRole(AdminRole.Operate).WithSummary("Count a region's probes as failed for a time, on all nodes; with dryRun=true only says what it would answer, and changes nothing").Accepts<DrillRequest>("application/json").Produces<DrillReport>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithTags("drills");
        api.MapDelete("/drills/{region}", drills.StopAsync).RequireRole(AdminRole.Operate).WithSummary("End the drill of a region before its time").Produces<DrillReport>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).WithTags("drills");
    }
}
