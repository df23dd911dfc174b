using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>What all rows of the matrix share: the world, calm before each.</summary>
[Collection(FaultMatrix.Name)]
public abstract class FaultScenario(FaultWorld world, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Queries answered by each node while a fault without a verdict lasts, 50 a second: 2 s in short, 60 s in the long form.</summary>
    protected static readonly int Lasting = IsLong ? 3_000 : 100;

    /// <summary><c>./test.sh --all</c>.</summary>
    protected static bool IsLong => Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1";

    protected FaultWorld World => world;

    protected ITestOutputHelper Output => output;

    protected FaultNode One => world.Nodes[0];

    protected FaultNode Two => world.Nodes[1];

    protected FaultNode Three => world.Nodes[2];

    public Task InitializeAsync() => world.CalmAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A fault after which everything that lives is still seen to live.</summary>
    protected Task HarmlessAsync(string name, Func<FaultRun, Task> fault, string? never = null, params int[] silent) => FaultRun.StrikeAsync(world, output, name, [], silent, fault, never);

    /// <summary>A fault that all nodes must see, as must they its end.</summary>
    protected Task DeadlyAsync(string name, string[] dead, Func<Task> strike, Func<Task> heal) => FaultRun.StrikeAsync(world, output, name, dead, [], async run =>
    {
        await strike();
        foreach (string address in dead) await run.VerdictAsync(address, "down");
        // The dead must stay out of every answer, not only of the first.
        await run.QueriesAsync(Lasting);
        await heal();
        foreach (string address in dead) await run.VerdictAsync(address, "up");
    });

    /// <summary>A fault of stores while Asia is drained: no answer may forget that.</summary>
    protected async Task WhileDrainedAsync(string name, Func<FaultRun, Task> fault)
    {
        (int status, string body) = await One.SendAsync(HttpMethod.Put, "api/v1/overrides/ap-south", """{"state":"drain","reason":"rack move"}""");
        Assert.True(status == 200, body);
        await Eventually.TrueAsync(() => AnswersWithout(FaultWorld.Asia), () => "the drain is not in force on all nodes");
        try
        {
            await HarmlessAsync(name, fault, never: FaultWorld.Asia);
        }
        finally
        {
            await One.SendAsync(HttpMethod.Delete, "api/v1/overrides/ap-south");
        }
    }

    /// <summary>All nodes say whether they can use all their stores.</summary>
    protected async Task StoresAsync(bool reachable, params FaultNode[] nodes)
    {
        foreach (FaultNode node in nodes.Length > 0 ? nodes : [.. world.Nodes])
            await FaultRun.StatusAsync(node, status => reachable ? status["stores"]!.AsArray().All(s => (bool)s!["reachable"]!) : status["stores"]!.AsArray().Any(s => !(bool)s!["reachable"]!));
    }

    private bool AnswersWithout(string address)
    {
        IReadOnlyList<Dug> last = world.Digger.Since(Math.Max(0, world.Digger.Count - 60));
        return last.Count == 60 && last.All(d => !d.Addresses.Contains(address));
    }
}
