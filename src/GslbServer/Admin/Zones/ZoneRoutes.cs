namespace GslbServer;

/// <summary>The routes of zones.</summary>
internal static class ZoneRoutes
{
    public static void Map(RouteGroupBuilder api, Node node)
    {
        var zones = new ZoneEndpoints(node);
        api.MapGet("/zones", zones.List).WithSummary("Zones served here: serial, where each comes from, version").Produces<ZoneListEntry[]>().WithTags("zones");
        api.MapGet("/zones/{zone}", zones.Get).WithSummary("A zone as written (text and RRsets, with an ETag), which version each node serves, and what dynamic updates changed")
            .Produces<ZoneView>().ProducesProblem(400).ProducesProblem(404).WithTags("zones");
        api.MapPut("/zones/{zone}", zones.PutAsync).RequireRole(AdminRole.Admin).WithMetadata(ZoneEndpoints.PushLimit)
            .WithSummary("Push a zone to all nodes (If-Match, If-None-Match: 412); 200 where it is the same, 201 with a new version, 422 with every error as file:line:column; with dryRun=true only judges it, and changes nothing")
            .Accepts<ZonePushRequest>("application/json").Produces<ZonePushResult>().Produces<ZonePushResult>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503).WithTags("zones");
        api.MapDelete("/zones/{zone}", zones.DeleteAsync).RequireRole(AdminRole.Admin).WithSummary("Take a pushed zone back: the zone file of its name counts again").Produces<ZonePushResult>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(503).WithTags("zones");
        api.MapGet("/zones/{zone}/versions", zones.Versions).WithSummary("Pushed versions, the newest first").Produces<ZoneVersionView[]>().ProducesProblem(400).ProducesProblem(404).WithTags("zones");
        api.MapGet("/zones/{zone}/versions/{version:int}", zones.Version).WithSummary("One version with its text").Produces<ZoneVersionView>().ProducesProblem(400).ProducesProblem(404).WithTags("zones");
        api.MapPost("/zones/{zone}/rollback", zones.RollbackAsync).RequireRole(AdminRole.Admin).WithSummary("Serve an earlier version anew (to; without it the one before), or end a canary")
            .Accepts<ZoneRollbackRequest>("application/json").Produces<ZonePushResult>().Produces<ZonePushResult>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503).WithTags("zones");
        api.MapPost("/zones/{zone}/promote", zones.PromoteAsync).RequireRole(AdminRole.Admin).WithSummary("Give all nodes what the canary has").Produces<ZonePushResult>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503).WithTags("zones");
    }
}
