using System.CommandLine;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb top</c>: what a node does, as it does it.</summary>
internal sealed class TopCommand : CliCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromHours(1);

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<string> _interval = new("--interval", "-d") { HelpName = "TIME", Description = "Between two frames, 200ms to 1h", DefaultValueFactory = _ => "1s" };
    private readonly Option<bool> _once = new("--once") { Description = "Print one frame and end; so it is too where standard output is no terminal" };
    private readonly Option<bool> _json = new("--json") { Description = "One frame as JSON" };

    public TopCommand(CliHost host)
        : base("top", "Watch a node: queries by transport, answers by region, rcodes, names, clients, health, overrides, events",
            "gslb top",
            "gslb top --server http://192.0.2.53:8053 --interval 5s",
            "gslb top --once",
            "gslb top --json | jq .queriesPerSecond")
    {
        Notes =
        [
            "Keys: q leaves, p stops and goes on, s orders by share or by name, arrows scroll, ? helps.",
            "Shares are of sampled answers (at most one a second and serving thread); rates are of all, from the node's counters.",
        ];
        _host = host;
        Options.Add(_interval);
        Options.Add(_once);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        string text = line.GetRequiredValue(_interval);
        if (!Durations.TryParse(text, out TimeSpan interval) || interval < Shortest || interval > Longest)
        {
            throw new CliException($"--interval {text}: expected a time from 200ms to 1h, such as 2s") { HelpOf = "gslb top" };
        }

        bool isLive = _host.Screen is not null && !line.GetValue(_once) && !line.GetValue(_json);
        using AdminClient client = _server.Connect(line, isQuiet: isLive);
        await using var node = new TopNode(client, _host.Time);
        await node.StartAsync(cancel);
        if (isLive)
        {
            return await new TopView(_host, node, interval).RunAsync(cancel);
        }

        await Task.Delay(interval, _host.Time, cancel);
        TopFrame frame = await node.NextAsync(cancel);
        if (line.GetValue(_json))
        {
            _host.PrintJson(frame);
            return 0;
        }

        foreach (string shown in TopText.Lines(frame, TopSort.Share, _host.Terminal))
        {
            await _host.Out.WriteLineAsync(shown);
        }

        return 0;
    }
}
