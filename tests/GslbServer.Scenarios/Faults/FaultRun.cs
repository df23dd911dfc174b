using System.Diagnostics;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>One fault: what was asked meanwhile, and whether any of it was answered wrongly.</summary>
public sealed class FaultRun
{
    /// <summary>From a node's verdict on, no query that is sent later than this may be answered with what is dead.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly FaultWorld _world;
    private readonly int _from;
    private readonly int[] _eventsFrom;
    private readonly string[] _dead;
    private readonly HashSet<int> _silent;

    private FaultRun(FaultWorld world, string[] dead, int[] silent)
    {
        (_world, _dead, _silent) = (world, dead, [.. silent]);
        _from = world.Digger.Count;
        _eventsFrom = [.. world.Nodes.Select(node => node.Events.All.Count)];
    }

    /// <summary>Strikes, and judges every query that was made meanwhile.</summary>
    /// <param name="dead">Addresses that the fault takes down. A verdict against any other is wrong.</param>
    /// <param name="silent">Nodes (from 0) that may leave queries without a reply.</param>
    /// <param name="fault">Returns when the fault is over.</param>
    /// <param name="never">An address that no answer may have, such as of a region that is drained all the time.</param>
    public static async Task StrikeAsync(FaultWorld world, ITestOutputHelper output, string name, string[] dead, int[] silent, Func<FaultRun, Task> fault, string? never = null)
    {
        var run = new FaultRun(world, dead, silent);
        await fault(run);
        var time = Stopwatch.StartNew();
        await run.EqualAsync();
        TimeSpan equal = time.Elapsed;
        await world.Digger.SettleAsync();
        IReadOnlyList<Dug> dug = world.Digger.Since(run._from);
        List<string> wrong = [.. run.WrongVerdicts(), .. run.WrongAnswers(dug, never)];
        int unanswered = dug.Count(d => d.Rcode is null);
        output.WriteLine($"{name}: {dug.Count} queries, {unanswered} without reply, 1 fault, verdict after {run.VerdictText()}, answers equal {equal.TotalSeconds:0.00} s after its end, wrong answers = {wrong.Count}");
        Assert.True(wrong.Count == 0, $"{name}: {wrong.Count} wrong\n{string.Join('\n', wrong.Take(20))}\n{string.Join('\n', world.Nodes.Select(n => $"{n.Name}:\n{n.Process.Process.Output}"))}");
        Assert.True(dug.Count > 0, "nothing was asked");
        await world.ForgetDeathsAsync();
    }

    private TimeSpan? _firstVerdict, _lastVerdict;

    /// <summary>Waits until this is the last that these nodes have said of an address, since the run began.</summary>
    public async Task VerdictAsync(string address, string to, IEnumerable<FaultNode>? nodes = null)
    {
        var time = Stopwatch.StartNew();
        foreach (FaultNode node in nodes ?? _world.Nodes)
        {
            await Eventually.TrueAsync(() => Events(node).LastOrDefault(e => e.Address == address)?.To == to, () => $"{node.Name} never says that {address} is {to}\n{node.Process.Process.Output}");
            if (to != "down") continue;
            _firstVerdict ??= time.Elapsed;
            _lastVerdict = time.Elapsed;
        }
    }

    /// <summary>Lets the fault last while so many more queries are answered by each of these nodes: time by what it is for.</summary>
    public async Task QueriesAsync(int each, params FaultNode[] nodes)
    {
        int from = _world.Digger.Count;
        foreach (FaultNode node in nodes.Length > 0 ? nodes : _world.Nodes)
            await Eventually.TrueAsync(() => _world.Digger.Since(from).Count(d => d.Node == node.Number && d.Rcode is not null) >= each, () => $"{node.Name} does not answer {each} queries", TimeSpan.FromMinutes(10));
    }

    /// <summary>Waits until a node's status is as expected.</summary>
    public static Task StatusAsync(FaultNode node, Func<JsonNode, bool> expected) => Eventually.GetAsync(() => node.GetAsync("api/v1/status"), expected);

    private IEnumerable<VerdictEvent> Events(FaultNode node) => node.Events.All.Skip(_eventsFrom[node.Number]);

    private string VerdictText() => _firstVerdict is { } first ? $"{first.TotalSeconds:0.00} s, on all nodes after {_lastVerdict!.Value.TotalSeconds:0.00} s" : "none";

    /// <summary>All nodes give the same answers to all questions, asked after now.</summary>
    private async Task EqualAsync()
    {
        int from = _world.Digger.Count;
        await Eventually.TrueAsync(() =>
        {
            Dictionary<(int Node, Question Question), Dug> latest = _world.Latest(from);
            return latest.Count == _world.Nodes.Count * FaultWorld.Questions.Count
                && latest.GroupBy(l => l.Key.Question).All(g => g.Select(l => string.Join(' ', l.Value.Addresses)).Distinct().Count() == 1);
        }, () => $"the nodes never answer alike:\n{string.Join('\n', _world.Latest(from).Values)}\nverdicts since it began:\n{string.Join('\n', _world.Nodes.SelectMany(Events))}");
    }

    private IEnumerable<string> WrongVerdicts() => _world.Nodes.SelectMany(node => Events(node).Where(e => e.To == "down" && !_dead.Contains(e.Address))
        .Select(e => $"{node.Name} says that {e.Address} is down, which lives"));

    private IEnumerable<string> WrongAnswers(IReadOnlyList<Dug> all, string? never)
    {
        VerdictEvent[][] events = [.. _world.Nodes.Select(node => Events(node).ToArray())];
        foreach (Dug dug in all)
        {
            if (dug.Rcode is null)
            {
                if (!_silent.Contains(dug.Node)) yield return $"{dug}";
                continue;
            }

            if (dug.Rcode != 0) yield return $"{dug}";
            else if (dug.Addresses.Length == 0) yield return $"{dug}: empty";
            if (never is not null && dug.Addresses.Contains(never)) yield return $"{dug}: {never} is drained";
            foreach (string address in dug.Addresses)
                if (IsDead(events[dug.Node], _world.Nodes[dug.Node].Process.StartedAt, address, dug.SentAt)) yield return $"{dug}: {address} is dead by the node's own verdict";
        }
    }

    /// <summary>By what the node itself had said more than <see cref="Grace"/> before it was asked. News that it lives again may reach us after answers do.</summary>
    private static bool IsDead(VerdictEvent[] events, long startedAt, string address, long sentAt)
    {
        long grace = (long)(Grace.TotalSeconds * Stopwatch.Frequency);
        VerdictEvent? last = events.LastOrDefault(e => e.Address == address && e.HeardAt <= sentAt - grace && (e.HeardAt >= startedAt || sentAt < startedAt));
        return last?.To == "down" && !events.Any(e => e.Address == address && e.To != "down" && e.HeardAt > last.HeardAt && e.HeardAt <= sentAt + (2 * grace));
    }
}
