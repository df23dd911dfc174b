using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Zone files change under a running node.</summary>
public sealed class ReloadScenario
{
    [Fact]
    public async Task A_replaced_zone_takes_effect_by_itself_and_a_bad_one_changes_nothing()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        world.WriteZone("2026112102", "added A 192.0.2.77");
        await Eventually.GetAsync(() => node.DigAsync("added.example.org A"), r => r.Answer.Count == 1);

        world.WriteZone("2026112103", "other 20 STEER latency us-easst");
        string complaint = await Eventually.GetAsync(() => Task.FromResult(node.Output.Find("us-easst") ?? ""), l => l.Length > 0);
        Assert.Matches(@"example\.org\.zone:\d+:\d+: ", complaint);
        Assert.Equal("2026112102", (await node.DigAsync("example.org SOA")).Data[0].Split(' ')[2]);

        using HttpResponseMessage refused = await node.Http.PostAsync("api/v1/reload", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("serial 2026112102", await refused.Content.ReadAsStringAsync());

        world.WriteZone("2026112104");
        node.Send(Signal.Hangup);
        await Eventually.GetAsync(() => node.DigAsync("example.org SOA"), r => r.Data[0].Split(' ')[2] == "2026112104");
        Assert.Equal("NXDOMAIN", (await node.DigAsync("added.example.org A")).Status);
    }
}
