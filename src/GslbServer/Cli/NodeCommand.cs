using System.CommandLine;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb node</c>: the nodes of the cluster.</summary>
internal sealed class NodeCommand : CliCommand
{
    public NodeCommand(CliHost host)
        : base("node", "The nodes of the cluster", "gslb node forget ns3") => Subcommands.Add(new NodeForgetCommand(host));
}

/// <summary><c>gslb node forget NAME</c>: counts out a node that died without a word.</summary>
internal sealed class NodeForgetCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _name = new("NAME") { Description = "As gslb status shows it" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public NodeForgetCommand(CliHost host)
        : base("forget", "Forget a node that died: it counts no more among the vantages, on all nodes", "gslb node forget ns3")
    {
        Notes =
        [
            "A node that stops properly counts no more at once. One that dies counts for 24 h, so that those who are cut off from the rest know that they are few;",
            "when it will not return, forget it. One that lives cannot be forgotten; one that returns counts again.",
        ];
        _host = host;
        Arguments.Add(_name);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        NodeWords.Nodes(_name, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.DeleteAsync(NodeEndpoints.PathOf(line.GetRequiredValue(_name)), cancel);
        ForgottenNode forgotten = answer.Read<ForgottenNode>();
        if (line.GetValue(_json)) _host.PrintJson(forgotten);
        else await _host.Out.WriteLineAsync($"{forgotten.Node}: forgotten, silent for {Durations.FormatAge(TimeSpan.FromSeconds(forgotten.SilentSeconds))}");
        return 0;
    }
}
