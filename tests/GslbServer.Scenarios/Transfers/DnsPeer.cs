using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Transfers;

/// <summary>Another maker's name server on 127.0.0.1, with a folder and a configuration of its own: BIND, Knot or NSD.</summary>
public sealed class DnsPeer : IAsyncDisposable
{
    private readonly string _program;
    private readonly string[] _arguments;
    private RunningProgram _process;

    private DnsPeer(int port, TemporaryFolder folder, string program, string[] arguments)
    {
        Port = port;
        Folder = folder;
        (_program, _arguments) = (program, arguments);
        _process = RunningProgram.Start(program, arguments, folder.Path);
    }

    public int Port { get; }

    public TemporaryFolder Folder { get; }

    public ProgramOutput Output => _process.Output;

    /// <param name="statements">Zones and keys, as they stand in <c>named.conf</c>; files are relative to the folder.</param>
    public static async Task<DnsPeer> StartNamedAsync(string statements, params (string Name, string Text)[] files)
    {
        (int port, TemporaryFolder folder) = (FreePort.UdpAndTcp(), WithFiles(files));
        string configuration = folder.Write("named.conf", $$"""
            options {
                directory "{{folder.Path}}";
                listen-on port {{port}} { 127.0.0.1; };
                listen-on-v6 { none; };
                pid-file none;
                session-keyfile "{{folder.Path}}/session.key";
                managed-keys-directory "{{folder.Path}}";
                recursion no;
                minimal-responses no-auth;
                notify explicit;
                notify-delay 0;
                startup-notify-rate 100;
                min-refresh-time 1;
                min-retry-time 1;
            };
            controls { };
            {{statements}}
            """);
        var peer = new DnsPeer(port, folder, "named", ["-g", "-c", configuration, "-n", "1"]);
        await peer._process.WaitForLineAsync("running");
        return peer;
    }

    /// <param name="sections">Keys, peers and zones, as they stand in <c>knot.conf</c>.</param>
    public static async Task<DnsPeer> StartKnotAsync(string sections, params (string Name, string Text)[] files)
    {
        (int port, TemporaryFolder folder) = (FreePort.UdpAndTcp(), WithFiles(files));
        string configuration = folder.Write("knot.conf", $"""
            server:
                rundir: "{folder.Path}"
                listen: 127.0.0.1@{port}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: stdout
                any: debug
            database:
                storage: "{folder.Path}/db"
            template:
              - id: default
                storage: "{folder.Path}"
            {sections}
            """);
        var peer = new DnsPeer(port, folder, "/usr/sbin/knotd", ["-c", configuration]);
        await peer._process.WaitForLineAsync("server started");
        return peer;
    }

    /// <param name="sections">Everything but <c>server</c> of <c>nsd.conf</c>.</param>
    public static async Task<DnsPeer> StartNsdAsync(string sections, params (string Name, string Text)[] files)
    {
        (int port, TemporaryFolder folder) = (FreePort.UdpAndTcp(), WithFiles(files));
        string configuration = folder.Write("nsd.conf", $"""
            server:
                ip-address: 127.0.0.1@{port}
                username: ""
                chroot: ""
                zonesdir: "{folder.Path}"
                xfrdfile: "{folder.Path}/xfrd.state"
                xfrdir: "{folder.Path}"
                zonelistfile: "{folder.Path}/zone.list"
                pidfile: ""
                verbosity: 3
                server-count: 1
                xfrd-reload-timeout: 0
            remote-control:
                control-enable: no
            {sections}
            """);
        var peer = new DnsPeer(port, folder, "/usr/sbin/nsd", ["-d", "-c", configuration]);
        await peer._process.WaitForLineAsync("nsd started");
        return peer;
    }

    public Task<DigReply> DigAsync(string question) => Dig.AskAsync(Port, question);

    /// <summary>Reads its files again (BIND).</summary>
    public void Reload() => _process.Send(Signal.Hangup);

    /// <summary>Ends it; <see cref="StartAgain"/> begins where it was.</summary>
    public ValueTask StopAsync() => _process.DisposeAsync();

    public void StartAgain() => _process = RunningProgram.Start(_program, _arguments, Folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Folder.Dispose();
    }

    private static TemporaryFolder WithFiles((string Name, string Text)[] files)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("db"));
        foreach ((string name, string text) in files)
        {
            folder.Write(name, text);
        }

        return folder;
    }
}
