using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_bad_configuration_stops_the_start_with_all_errors()
    {
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", """
            {
              "ReverseProxy": {
                "Routes": {
                  "web": { "ClusterId": "wob", "Match": { "Path": "{**path}" } },
                  "bare": { "ClusterId": "web" }
                },
                "Clusters": {
                  "web": {
                    "LoadBalancingPolicy": "Best",
                    "HealthCheck": { "Active": { "Enabled": true, "Policy": "Guess" } },
                    "Metadata": { "Fall": "0" },
                    "Destinations": { "one": { "Address": "127.0.0.1:80" } }
                  }
                }
              },
              "Balancer": { "Admin": "8054", "DrainLimt": "30s", "DrainWait": "soon", "ReadyClusters": [ "shop" ] }
            }
            """);

        ToolResult result = await Tool.RunAsync(BuiltProgram.Balancer, "--contentRoot", folder.Path, "--urls", "ftp://127.0.0.1:21");

        Assert.Equal(1, result.ExitCode);
        string[] expected =
        [
            "Balancer:Admin: \"8054\", expected ADDR:PORT",
            "Balancer:DrainLimt: unknown setting; did you mean DrainLimit?",
            "Balancer:DrainWait: \"soon\"",
            "Balancer:ReadyClusters: no cluster \"shop\"",
            "urls: \"ftp://127.0.0.1:21\"",
            "ReverseProxy:Routes:web:ClusterId: no cluster \"wob\"; did you mean web?",
            "ReverseProxy:Routes:bare",
            "LoadBalancingPolicy: no policy \"Best\", expected one of",
            "health check policy name 'Guess'",
            "ReverseProxy:Clusters:web:Metadata:Fall: \"0\", expected a whole number from 1 to 100",
            "ReverseProxy:Clusters:web:Destinations:one:Address: \"127.0.0.1:80\", expected http://",
            "gslb-balancer: not started, 11 errors",
        ];
        Assert.All(expected, text => Assert.Contains(text, result.Text));
    }

    [Fact]
    public async Task Bad_flags_are_all_told()
    {
        ToolResult result = await Tool.RunAsync(BuiltProgram.Balancer, "--admni", "127.0.0.1:1", "serve", "--urls");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["--admni: unknown flag; did you mean admin?", "serve: unexpected, flags begin with --", "--urls: expected a value", "gslb-balancer: not started, 3 errors"],
            result.Lines);
    }

    [Fact]
    public async Task A_broken_file_is_told_with_line_and_column()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("appsettings.json", "{\n  \"Balancer\": [ }\n}");

        ToolResult result = await Tool.RunAsync(BuiltProgram.Balancer, "--contentRoot", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"{file}:2:17: ", result.Lines[0]);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        ToolResult result = await Tool.RunAsync(BuiltProgram.Balancer, "--urls", $"http://{taken.LocalEndpoint}", "--admin", "127.0.0.1:0");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Failed to bind to address http://{taken.LocalEndpoint}: address already in use.", result.Text);
        Assert.DoesNotContain("   at ", result.Text);
    }

    [Fact]
    public async Task A_change_of_the_file_takes_effect_without_losing_a_request()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        await balancer.WaitForAdminAsync("/readyz", 200);
        using var stop = new CancellationTokenSource();
        Task<int>[] load = [.. Enumerable.Range(0, 4).Select(_ => CountAsync(balancer, stop.Token))];
        Task<string> slow = balancer.GetAsync("/slow/2000");

        balancer.Write(BalancerUnderTest.Settings([two]));
        await Eventually.GetAsync(() => balancer.GetAsync("/"), name => name == "two");
        await stop.CancelAsync();

        Assert.All(await Task.WhenAll(load), count => Assert.True(count > 0));
        Assert.Equal("one", await slow);
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_config_reloads_total{result=\"applied\"}"));
    }

    [Fact]
    public async Task A_bad_change_is_told_and_changes_nothing()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        await balancer.WaitForAdminAsync("/readyz", 200);

        balancer.Write("{ \"ReverseProxy\": { \"Clusters\": ");
        await balancer.Process.WaitForLineAsync("configuration refused, the one in force stays. 1 errors");
        Assert.Equal("one", await balancer.GetAsync("/"));

        int mark = balancer.Process.Output.Count;
        balancer.Write(BalancerUnderTest.Settings([two], balancer: "\"DrainWait\": \"-5s\"").Replace("RoundRobin", "Best"));
        await balancer.Process.WaitForLineAsync("2 errors", from: mark);
        await balancer.Process.WaitForLineAsync("Best", from: mark);
        Assert.Equal("one", await balancer.GetAsync("/"));
        Assert.Equal(2, await balancer.MetricAsync("gslb_balancer_config_reloads_total{result=\"refused\"}"));

        balancer.Write(BalancerUnderTest.Settings([two]));
        await Eventually.GetAsync(() => balancer.GetAsync("/"), name => name == "two");
    }

    [Fact]
    public async Task SIGHUP_reloads()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));

        balancer.Process.Send(Signal.Hangup);

        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_config_reloads_total{result=\"applied\"}") == 1, () => "not reloaded");
        Assert.Equal("one", await balancer.GetAsync("/"));
    }

    [Theory]
    [InlineData("--redis given without --region: the balancer runs alone", "--redis", "localhost:1")]
    [InlineData("--region given without --redis: the balancer runs alone", "--region", "eu-west")]
    [InlineData("of region eu-west: its load is told each second, round trips of clients every 00:05:00", "--region", "eu-west.gslb.example.", "--redis", "localhost:1")]
    [InlineData("round trips of connections are not measured: Balancer:Latency:Enabled is false", "--region", "eu", "--redis", "localhost:1", "--Balancer:Latency:Enabled", "false")]
    public async Task The_start_says_whether_it_joined_and_what_it_measures(string line, params string[] flags)
    {
        await using RunningProgram balancer = RunningProgram.Start(BuiltProgram.Balancer, ["--urls", "http://127.0.0.1:0", "--admin", "127.0.0.1:0", .. flags]);
        await balancer.WaitForLineAsync(line);
    }

    [Fact]
    public async Task Behind_trusted_forwarded_headers_connections_are_not_measured()
    {
        await using RunningProgram balancer = RunningProgram.Start(BuiltProgram.Balancer,
            ["--urls", "http://127.0.0.1:0", "--admin", "127.0.0.1:0", "--region", "eu", "--redis", "localhost:1"],
            environment: new Dictionary<string, string> { ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true" });
        await balancer.WaitForLineAsync("round trips of connections are not measured: ForwardedHeaders_Enabled");
    }

    private static async Task<int> CountAsync(BalancerUnderTest balancer, CancellationToken stop)
    {
        int count = 0;
        for (; !stop.IsCancellationRequested; count++) Assert.Contains(await balancer.GetAsync("/"), new[] { "one", "two" });
        return count;
    }
}
