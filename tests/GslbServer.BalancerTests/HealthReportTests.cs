namespace GslbServer.Balancer.Tests;

public sealed class HealthReportTests
{
    private static readonly ClusterHealth Live = new("web", Live: 1, Total: 2, Ejected: 0, Unjudged: 0);
    private static readonly ClusterHealth Dead = new("api", Live: 0, Total: 3, Ejected: 0, Unjudged: 0);
    private static readonly ClusterHealth Unjudged = new("new", Live: 0, Total: 2, Ejected: 0, Unjudged: 2);

    [Fact]
    public void One_live_cluster_is_enough_unless_others_are_required()
    {
        Assert.True(HealthReport.Health(draining: false, [Live, Dead], []).Serves);
        HealthReport report = HealthReport.Health(draining: false, [Live, Dead], ["WEB", "api"]);
        Assert.Equal("noLiveBackends", report.Status);
        Assert.Equal(["cluster api: 0 of 3 destinations live"], report.Reasons);
    }

    [Fact]
    public void Without_any_cluster_it_does_not_serve() =>
        Assert.Equal(["no cluster is configured"], HealthReport.Health(draining: false, [], []).Reasons);

    [Fact]
    public void Draining_outranks_live_backends() => Assert.Equal("draining", HealthReport.Health(draining: true, [Live], []).Status);

    [Fact]
    public void Readiness_waits_for_the_listener_and_the_first_round_of_checks()
    {
        Assert.Equal("starting", HealthReport.Readiness(listening: false, draining: false, [Live], []).Status);
        Assert.Equal(["cluster new: 2 of 2 destinations not checked yet"], HealthReport.Readiness(listening: true, draining: false, [Live, Unjudged], []).Reasons);
        Assert.Equal("ok", HealthReport.Readiness(listening: true, draining: false, [Live], []).Status);
        Assert.Equal("draining", HealthReport.Readiness(listening: true, draining: true, [Live, Unjudged], []).Status);
    }
}
