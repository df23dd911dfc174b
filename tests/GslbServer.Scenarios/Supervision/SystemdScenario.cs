using GslbServer.Scenarios.Anycast;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Supervision;

/// <summary>The units of <c>deploy/systemd</c> under a systemd that runs, with all that they forbid.</summary>
public sealed class SystemdScenario
{
    [Fact]
    public async Task A_node_starts_reloads_is_replaced_is_killed_when_it_hangs_and_stops()
    {
        await using SystemdMachine machine = await StartAsync();
        await machine.EditAsync("gslb.service", "soon", "[Service]\nWatchdogSec=10s\n");
        await machine.SystemctlAsync("start", "gslb");
        Assert.Equal("serves 1 zone, 0 of 0 checked addresses up", await machine.PropertyAsync("gslb", "StatusText"));
        Assert.Equal("\"one\"", await AskAsync(machine));

        WriteZone(machine, "two");
        await machine.SystemctlAsync("reload", "gslb");
        await Eventually.GetAsync(() => AskAsync(machine), answer => answer == "\"two\"");

        string first = await machine.PropertyAsync("gslb", "MainPID");
        await machine.SystemctlAsync("kill", "--kill-whom=main", "--signal=USR2", "gslb");
        string second = await Eventually.GetAsync(() => machine.PropertyAsync("gslb", "MainPID"), process => process != first);
        Assert.Equal("\"two\"", await AskAsync(machine));
        Assert.Equal(("active", "0"), (await machine.PropertyAsync("gslb", "ActiveState"), await machine.PropertyAsync("gslb", "NRestarts")));

        await machine.SystemctlAsync("kill", "--kill-whom=main", "--signal=STOP", "gslb");
        await Eventually.GetAsync(() => machine.PropertyAsync("gslb", "NRestarts"), restarts => restarts == "1");
        await Eventually.GetAsync(() => AskAsync(machine), answer => answer == "\"two\"");
        Assert.NotEqual(second, await machine.PropertyAsync("gslb", "MainPID"));

        await machine.SystemctlAsync("stop", "gslb");
        Assert.Equal(("inactive", "success"), (await machine.PropertyAsync("gslb", "ActiveState"), await machine.PropertyAsync("gslb", "Result")));
    }

    [Fact]
    public async Task A_query_waits_in_the_socket_of_systemd_while_a_node_without_capabilities_starts()
    {
        await using SystemdMachine machine = await StartAsync();
        await machine.EditAsync("gslb.service", "none", "[Service]\nAmbientCapabilities=\nCapabilityBoundingSet=\n");
        await machine.SystemctlAsync("start", "gslb.socket");
        Assert.Equal("inactive", await machine.PropertyAsync("gslb.service", "ActiveState"));
        Assert.Equal("\"one\"", await AskAsync(machine));
        await machine.SystemctlAsync("start", "gslb.service");
        Assert.Contains("CapEff:\t0000000000000000", (await machine.RunAsync("cat", $"/proc/{await machine.PropertyAsync("gslb.service", "MainPID")}/status")).Text);

        await machine.SystemctlAsync("restart", "--no-block", "gslb.service");
        Assert.Equal("\"one\"", await AskAsync(machine));
    }

    [Fact]
    public async Task A_node_answers_around_the_kernel_with_the_capabilities_of_the_drop_in()
    {
        await using SystemdMachine machine = await StartAsync();
        await using RouterMachine client = await RouterMachine.StartAsync("client");
        await client.PlugInAsync("eth0", machine, "10.8.1.1/24", "10.8.1.2/24");
        machine.Etc.Write("gslb/gslb.json", """{ "xdp": ["eth0"] }""");
        await machine.EditAsync("gslb.service", "xdp", await File.ReadAllTextAsync(Path.Combine(BuiltProgram.RepositoryRoot, "deploy/systemd/gslb.service.d/xdp.conf")));
        // Where systemd itself may not raise limits, as in many a container, LimitMEMLOCK stays what it was.
        await machine.EditAsync("gslb.service", "xdp-locked", "[Service]\nAmbientCapabilities=CAP_IPC_LOCK\nCapabilityBoundingSet=CAP_IPC_LOCK\n");
        await machine.SystemctlAsync("start", "gslb");
        for (int asked = 1; asked <= 3; asked++)
        {
            Assert.Equal("\"one\"", (await client.RunAsync("dig", "@10.8.1.2", "+short", "TXT", "who.example.org")).Text);
        }

        Assert.Contains("gslb_xdp_answered_total{interface=\"eth0\",queue=\"0\"} 3", (await machine.RunAsync("curl", "--silent", "http://127.0.0.1:8053/metrics")).Text);
    }

    [Fact]
    public async Task A_balancer_starts_reloads_and_stops()
    {
        await using SystemdMachine machine = await StartAsync();
        WriteBalancer(machine, "one");
        await machine.SystemctlAsync("start", "gslb-balancer");
        Assert.Equal("one", await GetAsync());
        WriteBalancer(machine, "two");
        await machine.SystemctlAsync("reload", "gslb-balancer");
        await Eventually.GetAsync(GetAsync, header => header == "two");
        await machine.SystemctlAsync("stop", "gslb-balancer");
        Assert.Equal(("inactive", "success"), (await machine.PropertyAsync("gslb-balancer", "ActiveState"), await machine.PropertyAsync("gslb-balancer", "Result")));

        async Task<string> GetAsync() => (await machine.RunAsync("curl", "--silent", "--output", "/dev/null", "--write-out", "%header{x-is}", "http://127.0.0.1/")).Text;
    }

    private static async Task<SystemdMachine> StartAsync()
    {
        SystemdMachine machine = await SystemdMachine.StartAsync();
        WriteZone(machine, "one");
        machine.Etc.Write("gslb/gslb.json", "{}");
        return machine;
    }

    private static void WriteZone(SystemdMachine machine, string word) => machine.Etc.Write("gslb/zones/example.org.zone", $"""
        $TTL 300
        @    SOA  ns1 hostmaster {(int)word[0]} 3600 600 86400 30
             NS   ns1
        ns1  A    192.0.2.53
        who  TXT  "{word}"

        """);

    private static void WriteBalancer(SystemdMachine machine, string word) => machine.Etc.Write("gslb-balancer/appsettings.json", $$"""
        {
          "ReverseProxy": {
            "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" }, "Transforms": [ { "ResponseHeader": "x-is", "Set": "{{word}}", "When": "Always" } ] } },
            "Clusters": { "web": { "Destinations": { "none": { "Address": "http://127.0.0.1:9" } } } }
          },
          "Balancer": { "DrainWait": 0 }
        }
        """);

    private static async Task<string> AskAsync(SystemdMachine machine) => (await machine.RunAsync("dig", "@127.0.0.1", "+short", "+tries=1", "+timeout=20", "TXT", "who.example.org")).Text;
}
