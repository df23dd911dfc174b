using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A private validating resolver that asks one node for <c>example.org</c> and nobody for anything else.</summary>
public sealed class Resolver : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly RunningProgram _process;

    private Resolver(string name, int port, TemporaryFolder folder, RunningProgram process)
    {
        (Name, Port, _folder, _process) = (name, port, folder, process);
    }

    public string Name { get; }

    public int Port { get; }

    /// <param name="anchor">A DNSKEY in presentation format.</param>
    /// <param name="withSubnets">Sends Client Subnet, and keeps answers by it.</param>
    public static async Task<Resolver> UnboundAsync(int server, string anchor, bool withSubnets)
    {
        int port = FreePort.UdpAndTcp();
        var folder = new TemporaryFolder();
        string subnets = withSubnets ? "send-client-subnet: 127.0.0.1\n    client-subnet-always-forward: yes" : "";
        string configuration = folder.Write("unbound.conf", $"""
            server:
                interface: 127.0.0.1@{port}
                do-not-query-localhost: no
                directory: "{folder.Path}"
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                verbosity: 1
                val-log-level: 2
                module-config: "{(withSubnets ? "subnetcache " : "")}validator iterator"
                aggressive-nsec: yes
                trust-anchor: "{anchor}"
                {subnets}
            remote-control:
                control-enable: no
            stub-zone:
                name: "example.org"
                stub-addr: 127.0.0.1@{server}
            """);
        RunningProgram process = RunningProgram.Start("unbound", ["-d", "-c", configuration], folder.Path);
        return await StartedAsync(new Resolver(withSubnets ? "unbound with subnets" : "unbound", port, folder, process), "start of service");
    }

    /// <param name="anchor">As BIND's <c>trust-anchors</c> takes it.</param>
    public static async Task<Resolver> NamedAsync(int server, string anchor)
    {
        int port = FreePort.UdpAndTcp();
        var folder = new TemporaryFolder();
        string configuration = folder.Write("named.conf", $$"""
            options {
                directory "{{folder.Path}}";
                listen-on port {{port}} { 127.0.0.1; };
                listen-on-v6 { none; };
                pid-file none;
                session-keyfile "{{folder.Path}}/session.key";
                managed-keys-directory "{{folder.Path}}";
                recursion yes;
                dnssec-validation yes;
            };
            controls { };
            trust-anchors { {{anchor}}; };
            zone "example.org" { type forward; forward only; forwarders { 127.0.0.1 port {{server}}; }; };
            """);
        RunningProgram process = RunningProgram.Start("named", ["-g", "-c", configuration, "-n", "1"], folder.Path);
        return await StartedAsync(new Resolver("named", port, folder, process), "running");
    }

    /// <summary>Asks it to resolve.</summary>
    public Task<DigReply> AskAsync(string question) => Dig.AskAsync(Port, $"{question} +recurse");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<Resolver> StartedAsync(Resolver resolver, string line)
    {
        await resolver._process.WaitForLineAsync(line);
        return resolver;
    }
}
