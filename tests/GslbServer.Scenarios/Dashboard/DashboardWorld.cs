using GslbServer.Scenarios.Node;
using Microsoft.Playwright;

namespace GslbServer.Scenarios.Dashboard;

/// <summary>One node with three regions, of which Asia is the only target of a name, and a browser; for all scenarios of the dashboard.</summary>
public sealed class DashboardWorld : IAsyncLifetime
{
    public World World { get; private set; } = null!;

    public GslbNode Node { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Task<Browser> browser = Browser.StartAsync();
        World = await World.CreateAsync();
        World.WriteZone("2026112101", "only  20 STEER failover ap-south check=web ramp=0s");
        Node = await GslbNode.StartAsync(World.Zones, World.State("node-1"), more: ["--region", "eu-west"]);
        Browser = await browser;
        Assertions.SetDefaultExpectTimeout(60_000);
    }

    public async Task<IPage> OpenAsync(int width = 1280, bool dark = false)
    {
        IPage page = await Browser.OpenAsync(Node.Admin, width, dark);
        await Assertions.Expect(page.Locator("#live")).ToHaveTextAsync("live");
        return page;
    }

    public async Task DisposeAsync()
    {
        await (Browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Node?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (World?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
