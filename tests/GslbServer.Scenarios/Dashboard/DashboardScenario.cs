using GslbServer.Scenarios.Balancer;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace GslbServer.Scenarios.Dashboard;

/// <summary>What an operator does on the dashboard, in a real browser, against a real node.</summary>
public sealed class DashboardScenario(DashboardWorld world, ITestOutputHelper output) : IClassFixture<DashboardWorld>
{
    private const string European = "www.example.org A +subnet=198.51.100.0/24";
    private const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
    private const string Turning = "\u202e";

    [Fact]
    public async Task An_answer_is_explained_step_by_step()
    {
        IPage page = await world.OpenAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "All regions serve" })).ToBeVisibleAsync();
        await page.Locator("#names-rows").GetByRole(AriaRole.Button, new() { Name = "Explain www.example.org" }).ClickAsync();
        await Expect(page.GetByLabel("Client address or subnet")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("198.51.100.0/24");
        await page.Keyboard.PressAsync("Enter");
        ILocator result = page.Locator("#explain-result");
        await Expect(result).ToContainTextAsync(world.World.Address(2));
        await Expect(result.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "In which order" })).ToContainTextAsync("by distance");
        await Expect(page.Locator(".asked path")).ToHaveCountAsync(1);

        await page.GetByLabel("Client address or subnet").FillAsync("nonsense");
        await page.Locator("#explain").GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await Expect(result).ToContainTextAsync("expected ADDR or ADDR/LEN");
        // The browser logs that a request was refused; that is not the page's fault.
        await ClosedWithoutFaultAsync(page, expected: "400");
    }

    [Fact]
    public async Task A_drain_is_judged_before_it_is_made_and_taken_back()
    {
        IPage page = await world.OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain ap-south" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog), verdict = dialog.Locator("#override-verdict"), submit = dialog.Locator("#override-submit");
        await Expect(verdict).ToContainTextAsync("would lose their last serving target");
        await Expect(verdict.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["only.example.org"]);
        await Expect(submit).ToBeDisabledAsync();
        await dialog.GetByLabel("Do it all the same").CheckAsync();
        await Expect(submit).ToBeEnabledAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.Empty((await world.Node.GetAsync("api/v1/overrides")).AsArray());

        await page.GetByRole(AriaRole.Button, new() { Name = "Drain eu-west" }).ClickAsync();
        await Expect(verdict).ToContainTextAsync("Safe");
        await dialog.GetByLabel("Reason").FillAsync(Turning + Hostile);
        await dialog.GetByLabel("Ends").SelectOptionAsync("in 15 min");
        await submit.ClickAsync();
        await Expect(page.Locator("#overrides")).ToContainTextAsync("?" + Hostile);
        await Expect(page.Locator("#entries")).ToContainTextAsync("?" + Hostile);
        await Expect(page.Locator("#verdict")).ToContainTextAsync("eu-west is drained");
        Assert.Equal(0, await page.Locator("img[src=x], main script").CountAsync());
        Assert.DoesNotContain("taken", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(world.World.Address(1), Assert.Single((await world.Node.DigAsync(European)).Data));

        await page.Locator("#regions").GetByRole(AriaRole.Button, new() { Name = "Undrain eu-west" }).ClickAsync();
        await page.Locator("#undo-dialog").GetByRole(AriaRole.Button, new() { Name = "Undrain" }).ClickAsync();
        await Expect(page.Locator("#overrides-part")).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Drain eu-west" })).ToBeFocusedAsync();
        await Eventually.GetAsync(async () => (await world.Node.DigAsync(European)).Data.Single(), address => address == world.World.Address(2));
        await ClosedWithoutFaultAsync(page, expected: "409");
    }

    [Fact]
    public async Task Balancers_show_their_backends_one_by_one()
    {
        using var folder = new TemporaryFolder();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Backend good = await Backend.StartAsync("good");
        Backend bad = await Backend.StartAsync("bad");
        await bad.DisposeAsync();
        folder.Write("appsettings.json", BalancerUnderTest.Settings([good, bad]));
        await using RunningProgram balancer = RunningProgram.Start(BuiltProgram.Balancer, ["--contentRoot", folder.Path, "--urls", $"http://127.0.0.1:{FreePort.Tcp()}", "--admin", $"127.0.0.1:{FreePort.Tcp()}",
            "--redis", redis.Configuration, "--region", "eu-west"]);
        await using GslbNode node = await GslbNode.StartAsync(world.World.Zones, folder.File("state"), "node-2", ["--redis", redis.Configuration]);

        IPage page = await world.Browser.OpenAsync(node.Admin, 1280, false);
        ILocator backends = page.Locator("#balancers").GetByRole(AriaRole.List);
        await Expect(page.Locator("#balancers")).ToContainTextAsync("1 of 2");
        await Expect(backends.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["\u25cf web/bad down", "\u25cf web/good"]);
        await ClosedWithoutFaultAsync(page);
    }

    [Fact]
    public async Task A_drill_is_started_followed_and_stopped()
    {
        IPage page = await world.OpenAsync();
        ILocator drills = page.Locator("#drills");
        await drills.GetByLabel("Region").SelectOptionAsync("us-east");
        await drills.GetByLabel("Reason").FillAsync("quarterly");
        await Expect(drills.Locator("#drill-verdict")).ToContainTextAsync("Safe");
        await drills.GetByRole(AriaRole.Button, new() { Name = "Start drill" }).ClickAsync();
        ILocator report = drills.GetByRole(AriaRole.Article).First;
        await Expect(report).ToContainTextAsync("quarterly");
        await Expect(report.GetByRole(AriaRole.Row, new() { Name = "verdict down" })).ToContainTextAsync(" s");
        await report.GetByRole(AriaRole.Button, new() { Name = "Stop drill" }).ClickAsync();
        await Expect(report).ToContainTextAsync("us-east stopped");
        await Expect(report.GetByRole(AriaRole.Region)).ToBeFocusedAsync();
        await Expect(report.GetByRole(AriaRole.Row, new() { Name = "verdict up" })).ToContainTextAsync(" s");
        await ClosedWithoutFaultAsync(page);
    }

    [Fact]
    public async Task It_is_used_by_keyboard_alone()
    {
        IPage page = await world.OpenAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        ILocator drain = page.GetByRole(AriaRole.Button, new() { Name = "Drain us-east" });
        for (int i = 0; i < 40 && !await drain.EvaluateAsync<bool>("element => element === document.activeElement"); i++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(drain).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("Reason")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(drain).ToBeFocusedAsync();

        ILocator onMap = page.Locator("#map").GetByRole(AriaRole.Button, new() { Name = "ap-south: up" });
        await onMap.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#regions > li").Filter(new() { HasText = "ap-south" })).ToBeFocusedAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(PageChecks.Unnamed));
        await ClosedWithoutFaultAsync(page);
    }

    [Fact]
    public async Task Every_control_does_something_and_none_breaks_the_page()
    {
        IPage page = await world.OpenAsync();
        await page.Locator("#theme").SelectOptionAsync("dark");
        Assert.Equal("dark", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
        await page.Locator("#theme").SelectOptionAsync("light");
        await page.GetByLabel("only what is not up").CheckAsync();
        await Expect(page.Locator("#health-more")).ToHaveTextAsync("Nothing is like that.");
        await page.GetByLabel("only what is not up").UncheckAsync();
        await page.Locator("#health-find").FillAsync("eu-west");
        await Expect(page.Locator("#matrix tbody tr")).ToHaveCountAsync(1);
        await page.Locator("#names-find").FillAsync("canary");
        await Expect(page.Locator("#names-rows tr")).ToHaveCountAsync(1);
        foreach (string box in (string[])["#show-answers", "#show-resolvers"])
            await page.Locator(box).UncheckAsync();
        foreach (string of in (string[])["p50", "p99", "probe"])
            await page.Locator("#latency-of").SelectOptionAsync(of);
        foreach (string kind in (string[])["transition", "override", "drill", "reload", "zone", "update", "keys", "admin", "refused", ""])
            await page.Locator("#timeline-kind").SelectOptionAsync(kind);
        await page.Locator("#timeline-find").FillAsync("nothing is called so");
        await Expect(page.Locator("#entries li")).ToHaveCountAsync(0);
        foreach (ILocator link in await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link).AllAsync())
            await link.ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Token").FillAsync("wonderland");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#token-error")).ToContainTextAsync("has no tokens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Drain or force…" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        ILocator target = dialog.GetByLabel("Target", new() { Exact = true });
        await target.FillAsync("nowhere");
        await Expect(dialog.Locator("#override-verdict")).ToContainTextAsync("nowhere");
        await target.FillAsync("www.example.org.@eu-west");
        await dialog.GetByLabel("Share of clients").FillAsync("20");
        await dialog.GetByLabel("Moves").SelectOptionAsync("over 5 min");
        await Expect(dialog.Locator("#override-verdict")).ToContainTextAsync("Safe");
        await dialog.Locator("#override-state").SelectOptionAsync("down");
        await Expect(dialog.GetByLabel("Moves")).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await ClosedWithoutFaultAsync(page, expected: "404");
    }

    [Fact]
    public async Task A_token_counts_while_the_node_knows_it()
    {
        using var folder = new TemporaryFolder();
        const string Others = "bob admin looking-glass-of-bob\n";
        string tokens = folder.Write("tokens", Others + "alice operate wonderland-of-alice\n");
        await using GslbNode node = await GslbNode.StartAsync(world.World.Zones, folder.File("state"), "node-2", ["--admin-token-file", tokens, "--admin-read-open", "no"]);

        IPage page = await world.Browser.OpenAsync(node.Admin);
        ILocator error = page.Locator("#token-error"), button = page.Locator("#sign-in"), live = page.Locator("#live"), stale = page.Locator("#stale");
        await Expect(error).ToContainTextAsync("needs a bearer token");
        await Expect(live).ToHaveTextAsync("not live");
        await Expect(stale).ToContainTextAsync("needs a bearer token");
        foreach ((string token, string why) in (ValueTuple<string, string>[])[("wonderland", "none of the node’s tokens"), ("wönderland", "visible ASCII")])
        {
            await page.GetByLabel("Token").FillAsync(token);
            await page.Keyboard.PressAsync("Enter");
            await Expect(error).ToContainTextAsync(why);
            await Expect(button).ToHaveTextAsync("Sign in");
        }

        await page.GetByLabel("Token").FillAsync("wonderland-of-alice");
        await page.Keyboard.PressAsync("Enter");
        await Expect(button).ToHaveTextAsync("Signed in: alice, operate");
        await Expect(live).ToHaveTextAsync("live");
        await Expect(stale).ToBeHiddenAsync();

        folder.Write("tokens", Others);
        await Eventually.GetAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/status") { Headers = { { "Authorization", "Bearer wonderland-of-alice" } } };
            using HttpResponseMessage answer = await node.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }, status => status == 401);
        await page.ReloadAsync();
        await Expect(error).ToContainTextAsync("You are signed out");
        await Expect(button).ToHaveTextAsync("Sign in");
        await ClosedWithoutFaultAsync(page, expected: "401");
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(400, true)]
    public async Task All_text_stays_in_its_box_and_can_be_read(int width, bool dark)
    {
        IPage page = await world.OpenAsync(width, dark);
        await page.GetByLabel("Client address or subnet").FillAsync("198.51.100.0/24");
        await page.Locator("#explain").GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
        await Expect(page.Locator(".steps > li").Last).ToBeVisibleAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(PageChecks.Overflowing));
        Assert.Equal("", await page.EvaluateAsync<string>(PageChecks.HardToRead));
        await ScreenshotAsync(page, $"dashboard-{width}{(dark ? "-dark" : "")}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain ap-south" }).ClickAsync();
        await Expect(page.Locator("#override-force-part")).ToBeVisibleAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(PageChecks.Overflowing));
        await ScreenshotAsync(page, $"drain-{width}{(dark ? "-dark" : "")}");
        output.WriteLine($"first paint after {await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"):0} ms");
        await ClosedWithoutFaultAsync(page, expected: "409");
    }

    /// <summary>For people to look at, where <c>GSLB_SCREENSHOTS</c> names a folder.</summary>
    private static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("GSLB_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = await page.GetByRole(AriaRole.Dialog).CountAsync() == 0 });
    }

    /// <param name="expected">Status of an answer that the scenario provoked: browsers log each as an error.</param>
    private async Task ClosedWithoutFaultAsync(IPage page, string expected = "none")
    {
        await page.Context.CloseAsync();
        Assert.DoesNotContain(world.Browser.Faults, fault => !fault.Contains($"Failed to load resource: the server responded with a status of {expected}", StringComparison.Ordinal));
        world.Browser.Faults.Clear();
    }
}
