using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb undrain</c>: takes an operator's decision back.</summary>
internal sealed class UndrainCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _target = new("TARGET") { Description = "As it was drained; gslb status lists them" };

    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public UndrainCommand(CliHost host)
        : base("undrain", "Take back the override of TARGET on all nodes, or release it from failback=manual", "gslb undrain eu-west", "gslb undrain www.gslb.example.@eu-west")
    {
        _host = host;
        Arguments.Add(_target);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        NodeWords.Overrides(_target, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.DeleteAsync(OverridePath.Of(line.GetRequiredValue(_target)), cancel);
        OverrideResult result = answer.Read<OverrideResult>();
        if (line.GetValue(_json)) _host.PrintJson(result);
        else OverrideReport.Write(result, _host);
        return 0;
    }
}
