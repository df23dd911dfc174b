using System.Globalization;

namespace GslbServer.Steering;

/// <summary>A synthetic failure of a region that an operator declared: every node counts its own probes of the region as failed until it ends, so detection, verdicts, answers, TTLs
/// and the return are all as on the day it fails, and the region itself serves on. It travels as an override (one of a target that means nothing to steering), and so is kept,
/// spread and given back to stores as those are; a node that does not know drills carries it and is not moved by it.</summary>
/// <param name="Id">Of the start and the region: <c>20261128T224400Z-eu-west</c>.</param>
/// <param name="Region">As in <see cref="OverrideTarget.Canonical"/>, of a label or an owner.</param>
/// <param name="StartedAt">By the clock of the node that was asked.</param>
/// <param name="EndsAt">Nothing is needed for it to end then.</param>
/// <param name="Forced">Goes on even where a name is left without a serving target.</param>
public sealed record Drill(string Id, string Region, string Reason, string Owner, DateTimeOffset StartedAt, DateTimeOffset EndsAt, bool Forced)
{
    private const string Prefix = "drill:";

    /// <summary>How the reason of a drill that was taken back begins where it had to end at once.</summary>
    private const string CancelPrefix = "cancelled: ";

    public TimeSpan Length => EndsAt - StartedAt;

    /// <summary>The target of the override that carries a drill of this region.</summary>
    public static string TargetOf(string region) => Prefix + region;

    public static bool IsDrill(OperatorOverride value) => value.Target.StartsWith(Prefix, StringComparison.Ordinal);

    /// <returns>Null for other overrides, and for a drill that was taken back.</returns>
    public static Drill? Of(OperatorOverride value) => IsDrill(value) && value is { State: not OverrideState.None, ExpiresAt: { } ends }
        ? new Drill(IdOf(value.Target[Prefix.Length..], value.CreatedAt), value.Target[Prefix.Length..], value.Reason, value.Owner, value.CreatedAt, ends, value.Forced) : null;

    /// <summary>A tombstone of a drill: it ends.</summary>
    /// <param name="isCancelled">It ends at once, without the region's way back; otherwise as if a failure was over.</param>
    public static OperatorOverride Ended(OperatorOverride drill, string owner, string why, bool isCancelled, DateTimeOffset utcNow) => drill with
    {
        State = OverrideState.None,
        Owner = owner,
        Reason = isCancelled ? CancelPrefix + why : why,
        CreatedAt = utcNow,
        ExpiresAt = null,
    };

    /// <summary>Whether a tombstone says that the drill had to end at once.</summary>
    public static bool IsCancelled(OperatorOverride tombstone) => tombstone.State == OverrideState.None && tombstone.Reason.StartsWith(CancelPrefix, StringComparison.Ordinal);

    /// <param name="reason">Of a tombstone.</param>
    public static string WhyCancelled(string reason) => reason.StartsWith(CancelPrefix, StringComparison.Ordinal) ? reason[CancelPrefix.Length..] : reason;

    private static string IdOf(string region, DateTimeOffset startedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{startedAt.ToUniversalTime():yyyyMMdd'T'HHmmss'Z'}-{region.TrimEnd('.')}");
}
