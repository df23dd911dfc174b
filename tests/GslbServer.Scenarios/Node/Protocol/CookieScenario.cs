using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>DNS Cookies between real programs.</summary>
public sealed partial class CookieScenario
{
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf", Next = "445536bcd2513298075a5d379663c962", Good = "gslb_dns_cookies_total{cookie=\"good\"}";

    [Fact]
    public async Task Cookie_of_one_node_is_good_at_the_other_and_outlives_a_rotation()
    {
        using var folder = new TemporaryFolder();
        string secrets = folder.Write("secrets", Secret + "\n");
        await using SmallNode one = await SmallNode.StartAsync(name: "node-1", more: ["--cookie-secret-file", secrets]);
        await using SmallNode two = await SmallNode.StartAsync(name: "node-2", more: ["--cookie-secret-file", secrets]);

        string cookie = CookieOf(await one.Node.DigAsync("host.example.org A +cookie=0102030405060708"));
        Assert.Equal(cookie, CookieOf(await two.Node.DigAsync($"host.example.org A +cookie={cookie}"))); // good, and not old: it comes back as it is
        Assert.Equal(1, await two.MetricAsync(Good));

        folder.Write("secrets", $"{Next}\n{Secret}\n");
        string renewed = await Eventually.GetAsync(async () => CookieOf(await one.Node.DigAsync($"host.example.org A +cookie={cookie}")), c => c != cookie)
            ?? throw new InvalidOperationException("no cookie");
        Assert.Equal(0, await one.MetricAsync("gslb_dns_cookies_total{cookie=\"bad\"}"));
        await Eventually.GetAsync(() => two.Node.DigAsync($"host.example.org A +cookie={renewed}"), r => CookieOf(r) == renewed);

        folder.Write("secrets", "nonsense\n");
        await Eventually.GetAsync(() => Task.FromResult(one.Node.Output.ToString()), log => log!.Contains("secrets:1: expected 32 hexadecimal digits; in force stay", StringComparison.Ordinal));
        Assert.Equal(renewed, CookieOf(await one.Node.DigAsync($"host.example.org A +cookie={renewed}")));
    }

    [Fact]
    public async Task Cookie_of_BIND_with_the_same_secret_is_good_here_and_ours_there()
    {
        using var folder = new TemporaryFolder();
        string secrets = folder.Write("secrets", Secret + "\n");
        await using NamedServer bind = await NamedServer.StartAsync("example.org", SameAsBindScenario.Zone, $"cookie-algorithm siphash24; cookie-secret \"{Secret}\"; require-server-cookie yes;");
        await using SmallNode small = await SmallNode.StartAsync(more: ["--cookie-secret-file", secrets]);

        string ofBind = CookieOf(await Dig.AskAsync(bind.Port, "www.example.org A +cookie=0102030405060708 +nobadcookie"));
        await small.Node.DigAsync($"host.example.org A +cookie={ofBind}");
        Assert.Equal(1, await small.MetricAsync(Good));

        string ours = CookieOf(await small.Node.DigAsync("host.example.org A +cookie=1112131415161718"));
        Assert.Equal("BADCOOKIE", (await Dig.AskAsync(bind.Port, "www.example.org A +cookie=1112131415161718 +nobadcookie")).Status);
        Assert.Equal("NOERROR", (await Dig.AskAsync(bind.Port, $"www.example.org A +cookie={ours} +nobadcookie")).Status);
    }

    [Fact]
    public async Task Without_a_file_a_cookie_is_this_process_own()
    {
        await using SmallNode small = await SmallNode.StartAsync();
        DigReply first = await small.Node.DigAsync("host.example.org A +cookie");
        Assert.Contains("(good)", first.Text);
        string cookie = CookieOf(first);
        await small.Node.RestartAsync();
        Assert.NotEqual(cookie, CookieOf(await small.Node.DigAsync($"host.example.org A +cookie={cookie}")));
        Assert.Equal(1, await small.MetricAsync("gslb_dns_cookies_total{cookie=\"bad\"}"));
    }

    private static string CookieOf(DigReply reply) => Cookie().Match(reply.Text).Groups[1].Value;

    [GeneratedRegex("; COOKIE: ([0-9a-f]{48})")]
    private static partial Regex Cookie();
}
