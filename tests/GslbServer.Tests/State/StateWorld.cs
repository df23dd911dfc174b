using GslbServer.State;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests;

/// <summary>Values that tests of shared state are written in.</summary>
internal static class StateWorld
{
    public static OperatorOverride Drain(string target = "eu-west") => new(target, OverrideState.Drain, 100, "maintenance", "ops",
        new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero, null, null, false, "");

    public static OperatorOverride Undrain(string target = "eu-west") => Drain(target) with { State = OverrideState.None, Reason = "" };

    public static Observation Up(string monitor = "tcp:192.0.2.10:443", int streak = 9) => new(monitor, Verdict.Up, streak, 12.5, "connected");

    public static Observation Down(string monitor = "tcp:192.0.2.10:443", int streak = -2) => new(monitor, Verdict.Down, streak, 12.5, "connection refused");

    public static VantageReport Report(string node, long boot = 1, long sequence = 1, params Observation[] sees) =>
        new(node, "eu-west", boot, sequence, true, false, "", "t", "z", "g", sees);

    public static StateFeed Feed(string node, IReadOnlyList<IStateStore> stores, TimeProvider? time = null, DiskState? disk = null, ILogger<StateFeed>? logger = null) =>
        new(new NodeIdentity(node, null, "gslb"), stores, disk, time ?? TimeProvider.System, logger ?? NullLogger<StateFeed>.Instance);

    public static OverrideState? StateOf(this StateFeed feed, string target = "eu-west") => feed.Overrides.FirstOrDefault(o => o.Target == target)?.State;

    public static VantageView? Of(this StateFeed feed, string node) => feed.Vantages.FirstOrDefault(v => v.Report.Node == node);

    public static bool IsFresh(this StateFeed feed, string node) => feed.Of(node) is { } view && view.LastAdvanced >= feed.Now - HealthMerge.Freshness;
}
