using GslbServer.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests;

/// <summary>One trail of all nodes, in every store and on every disk.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-audit-");

    [Fact]
    public async Task Every_node_has_what_any_did_once_and_in_order()
    {
        MemoryStore[] stores = [new(TimeProvider.System), new(TimeProvider.System)];
        await using AuditTrail a = await StartAsync("a", stores), b = await StartAsync("b", stores), c = await StartAsync("c", [stores[1]]);
        for (int i = 0; i < 20; i++)
            Did(i % 2 == 0 ? a : b, $"region-{i}");

        await Eventually.True(() => new[] { a, b, c }.All(trail => Read(trail).Length == 20));
        Assert.Equal(Read(a).Select(entry => entry.Id), Read(b).Select(entry => entry.Id));
        Assert.Equal(Read(a), Read(c));
        Assert.Equal(Read(a).OrderBy(entry => entry.Id, StringComparer.Ordinal), Read(a));
    }

    [Fact]
    public async Task What_others_did_is_on_this_node_s_disk_and_outlives_every_store_and_the_others()
    {
        var store = new MemoryStore(TimeProvider.System);
        await using (AuditTrail a = await StartAsync("a", [store]), b = await StartAsync("b", [store]))
        {
            Did(a, "eu-west");
            await Eventually.True(() => Read(b).Length == 1);
            b.Flush();
        }

        await using AuditTrail survivor = await StartAsync("b", []);
        Assert.Equal(("eu-west", "a"), (Assert.Single(Read(survivor)).Subject, Read(survivor)[0].Node));

        // An emptied store gets it back, once, whoever comes first.
        var emptied = new MemoryStore(TimeProvider.System);
        Did(survivor, "us-east");
        survivor.Flush();
        await survivor.StopAsync();
        await using AuditTrail again = await StartAsync("b", [emptied]), fresh = await StartAsync("c", [emptied]);
        await Eventually.True(() => Read(fresh).Length == 2);
        Assert.Equal(2, (await ((IHasAudit)emptied).Audit.ReadAsync("", 100, default)).Length);
    }

    [Fact]
    public async Task What_follows_from_the_clock_is_one_entry_whoever_writes_it()
    {
        var store = new MemoryStore(TimeProvider.System);
        await using AuditTrail a = await StartAsync("a", [store]), b = await StartAsync("b", [store]);
        DateTimeOffset end = TimeProvider.System.GetUtcNow();
        foreach (AuditTrail trail in new[] { a, b })
            trail.Add(AuditEntry.ByTheClock(StateWorld.Drain() with { ExpiresAt = end }, end, "drain", "none"));
        Did(a, "us-east");
        await Eventually.True(() => Read(b).Any(entry => entry.Subject == "us-east"));
        Assert.Single(Read(a), entry => entry.Subject == "eu-west");
        Assert.Single(Read(b), entry => entry.Subject == "eu-west");
    }

    [Fact]
    public async Task Ids_rise_above_all_that_is_known_whatever_the_clock_says()
    {
        var store = new MemoryStore(TimeProvider.System);
        await using AuditTrail ahead = await StartAsync("ahead", [store], new SteppedTime { Skew = TimeSpan.FromMinutes(5) });
        await using AuditTrail behind = await StartAsync("behind", [store], new SteppedTime());
        Did(ahead, "first");
        ahead.Flush();
        await ahead.StopAsync();
        await Eventually.True(() => Read(behind).Length == 1);
        Did(behind, "second");
        Assert.Equal(["first", "second"], Read(behind).Select(entry => entry.Subject));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_a_problem_told_and_nothing_more()
    {
        string file = Path.Combine(_folder.FullName, "a");
        File.WriteAllText(file, "not a directory");
        await using AuditTrail trail = await StartAsync("a", [new MemoryStore(TimeProvider.System)]);
        Did(trail, "eu-west");
        trail.Flush();
        Assert.Single(Read(trail));
        Assert.Contains("cannot be written", Assert.Single(trail.Problems));
        File.Delete(file);
        trail.Flush();
        Assert.Empty(trail.Problems);
    }

    /// <summary>Whatever order entries come in, however often: each once, in order, the newest of them.</summary>
    [Fact]
    public void The_book_is_the_same_for_any_order_and_repetition()
    {
        var random = new Random(20261128);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(1, 60);
            AuditEntry[] entries = [.. Enumerable.Range(0, count).Select(AuditFileTests.Entry)];
            var book = new AuditBook(40);
            foreach (AuditEntry entry in entries.Concat(entries.Where(_ => random.Next(2) == 0)).OrderBy(_ => random.Next()))
                book.Add(entry);
            Assert.Equal(entries.TakeLast(40), book.Last(100, _ => true));
            Assert.Equal(entries[^1].Id, book.Newest);
        }
    }

    [Theory]
    [InlineData("eu-west", true)]
    [InlineData("EU-West", true)]
    [InlineData("www.gslb.example.", true)]
    [InlineData("www.gslb.example.@eu-west", true)]
    [InlineData("eu", false)]
    [InlineData("us-east", false)]
    public void An_entry_is_about_the_parts_of_its_target(string target, bool expected) =>
        Assert.Equal(expected, (AuditFileTests.Entry(0) with { Subject = "www.gslb.example.@eu-west" }).IsAbout(target));

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Did(AuditTrail trail, string target) => trail.Add("override", target, entry => entry with { To = "drain", Who = "alice" });

    private static AuditEntry[] Read(AuditTrail trail) => [.. trail.Read(1000, _ => true, 0, out _)];

    private async Task<AuditTrail> StartAsync(string node, IReadOnlyList<IStateStore> stores, TimeProvider? time = null)
    {
        var trail = new AuditTrail(node, stores, Path.Combine(_folder.FullName, node), time ?? TimeProvider.System, NullLogger<AuditTrail>.Instance);
        await trail.StartAsync(default);
        return trail;
    }
}
