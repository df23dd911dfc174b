using System.Diagnostics;
using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>How long a failover takes, with checks every 2 s and a TTL of 20 s: verdicts over many deaths, and clients that keep an answer for its TTL. Measured and printed, and
/// held to what a busy machine cannot blur: whoever honours TTLs has moved within a TTL of the verdict.</summary>
public sealed class FailoverTimes(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    private const int Rounds = 20, Clients = 500, Ttl = 20;

    [LongFact]
    public async Task Verdicts_over_many_deaths()
    {
        var first = new List<double>();
        var apart = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            await World.CalmAsync();
            int[] from = [.. World.Nodes.Select(node => node.Events.All.Count)];
            long killed = Stopwatch.GetTimestamp();
            await World.Endpoints[FaultWorld.America].KillAsync();
            var heard = new List<double>();
            foreach (FaultNode node in World.Nodes)
            {
                VerdictEvent? down = null;
                await Eventually.TrueAsync(() => (down = node.Events.All.Skip(from[node.Number]).FirstOrDefault(e => e.Address == FaultWorld.America && e.To == "down")) is not null, () => $"{node.Process.Process.Output}");
                heard.Add(Stopwatch.GetElapsedTime(killed, down!.HeardAt).TotalSeconds);
            }

            first.Add(heard.Max());
            apart.Add(heard.Max() - heard.Min());
            await World.Endpoints[FaultWorld.America].RestartAsync();
            await World.ForgetDeathsAsync();
        }

        Print($"verdict on all nodes after the death of a region, {Rounds} times", first);
        Print("between the first node and the last", apart);
    }

    [LongFact]
    public async Task Clients_that_keep_answers_for_their_ttl()
    {
        // Each client holds an answer of an age that nobody chose, as those of a resolver's many users are.
        var random = new Random(1);
        Dug before = World.Latest(0).First(l => l.Key is { Node: 0, Question: { Name: "www.example.org", Subnet: "192.0.2.0" } }).Value;
        Assert.Equal(Ttl, before.Ttl);
        long died = Stopwatch.GetTimestamp();
        await World.Endpoints[FaultWorld.America].KillAsync();
        double[] asksAt = [.. Enumerable.Range(0, Clients).Select(_ => random.NextDouble() * Ttl)];
        double?[] moved = new double?[Clients];
        int from = World.Digger.Count;
        await Eventually.TrueAsync(async () =>
        {
            await Task.Delay(1_000);
            // What a client is told when it asks is what the digger was told first after that moment.
            Dug[] told = [.. World.Digger.Since(from).Where(d => d.Rcode == 0 && d.Question == before.Question).OrderBy(d => d.SentAt)];
            for (int client = 0; client < Clients; client++)
            {
                while (moved[client] is null && told.FirstOrDefault(d => Seconds(died, d.SentAt) >= asksAt[client]) is { } answer)
                {
                    if (answer.Addresses.Contains(FaultWorld.America)) asksAt[client] = Seconds(died, answer.SentAt) + answer.Ttl;
                    else moved[client] = Seconds(died, answer.SentAt);
                }
            }

            return moved.All(m => m is not null);
        }, () => $"{moved.Count(m => m is null)} clients never move", TimeSpan.FromMinutes(3));
        await World.Endpoints[FaultWorld.America].RestartAsync();
        await World.ForgetDeathsAsync();
        Print($"{Clients} clients that honour a TTL of {Ttl} s moved", [.. moved.Select(m => m!.Value)]);
        double verdict = World.Nodes.Max(node => Seconds(died, node.Events.All.Last(e => e.Address == FaultWorld.America && e.To == "down").HeardAt));
        Assert.True(moved.Max() <= verdict + Ttl + 1, $"the last moved {moved.Max():0.0} s after the death, the last verdict came after {verdict:0.0} s");
    }

    private static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;

    private void Print(string what, List<double> seconds)
    {
        seconds.Sort();
        Output.WriteLine($"{what}: p50 {At(0.5):0.00} s, p90 {At(0.9):0.00} s, p99 {At(0.99):0.00} s, max {seconds[^1]:0.00} s");

        double At(double share) => seconds[Math.Min(seconds.Count - 1, (int)(share * seconds.Count))];
    }
}
