using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using GslbServer.Steering;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Tests;

/// <summary>A topology of three regions with two addresses each, all judged by one CHECK, and vantages written as words.</summary>
internal static class MergeWorld
{
    public static readonly TimeSpan Now = TimeSpan.FromHours(5);

    public static readonly DateTimeOffset UtcNow = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly Topology Topology = Of(["us-east", "eu-west", "ap-south"]);

    /// <summary>Monitors are <c>region/0</c> and <c>region/1</c>, in the order of the regions; one name, www.gslb.example., steers to all, TTL 30.</summary>
    public static Topology Of(string[] regions)
    {
        var check = new Check("web.gslb.example.", CheckKind.Tcp, 443, "/", null, [], null, null, null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 2, 3, true,
            null, 1, ImmutableDictionary<int, ImmutableArray<IPAddress>>.Empty);
        ImmutableArray<Monitor> monitors = [.. regions.SelectMany((name, region) => new[] { 0, 1 }.Select(n => new Monitor($"{name}/{n}", 0, region, IPAddress.Loopback, null)))];
        var www = new SteeredName("www.gslb.example.", "gslb.example.", 30, 7, PolicyKind.Geo, false, [.. regions.Select((_, i) => new Target(false, i, 1))], [0],
            [.. regions.Select((_, i) => ImmutableArray.Create(ImmutableArray.Create(2 * i), ImmutableArray.Create((2 * i) + 1)))], [], [], [], 1, true, 20, 40, false,
            TimeSpan.FromSeconds(60), false, AllDown.Last, default, false, null, [])
        { WorstCaseFailover = TimeSpan.FromSeconds(36) };
        return new Topology([.. regions.Select(r => new Region($"{r}.gslb.example.", r, "gslb.example.", 0, 0, 0, null, [IPAddress.Loopback, IPAddress.IPv6Loopback], null))],
            [check], monitors, [www], string.Join(',', regions));
    }

    /// <summary>One vantage per word: what it sees of the monitor. <c>up9</c>, <c>down-5</c> (verdict and streak), <c>unknown</c>, <c>none</c> (not in its report);
    /// before it <c>stale:</c>, <c>leaving:</c>, <c>lagging:</c>, <c>witness:</c> (not this node itself; all are) or <c>balancer:</c> (does not probe).</summary>
    public static IReadOnlyList<VantageView> Vantages(string words, string monitor = "us-east/0") =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, i) => Vantage($"node-{i}", word, monitor))];

    private static VantageView Vantage(string node, string word, string monitor)
    {
        int colon = word.IndexOf(':');
        string mark = colon < 0 ? "" : word[..colon];
        word = word[(colon + 1)..];
        Observation[] sees = word == "none" ? [] : [Sees(monitor, word)];
        return View(node, sees, mark);
    }

    public static Observation Sees(string monitor, string word)
    {
        int digits = word.IndexOfAny(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        int streak = digits < 0 ? 0 : int.Parse(word[digits..], CultureInfo.InvariantCulture);
        return new Observation(monitor, Enum.Parse<Verdict>(digits < 0 ? word : word[..digits], ignoreCase: true), streak, 1, "");
    }

    public static VantageView View(string node, IReadOnlyList<Observation> sees, string mark = "") => new(
        new VantageReport(node, null, 1, 1, mark != "balancer", mark == "leaving", "", "", "", "", sees) { Lag = TimeSpan.FromSeconds(mark == "lagging" ? 3 : 0) },
        mark == "stale" ? Now - HealthMerge.Freshness - TimeSpan.FromMilliseconds(1) : Now - TimeSpan.FromSeconds(1), mark == "self");

    public static HealthTable Merge(IReadOnlyList<VantageView> vantages, HealthTable? previous = null, Topology? previousTopology = null, TimeSpan? now = null) =>
        HealthMerge.Merge(Topology, vantages, [], previous, previous is null ? null : previousTopology ?? Topology, now ?? Now, UtcNow);

    /// <summary>A table in which every monitor has this verdict.</summary>
    public static HealthTable All(Verdict verdict) => new([.. Topology.Monitors.Select(_ => new MonitorHealth(verdict, true, TimeSpan.MinValue, default))], [],
        Now - TimeSpan.FromSeconds(1));
}
