using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>Turns a node's reports, one each second, into what the store must be told: most seconds next to nothing. Changes are told as they are, and the whole now and then,
/// for those who come new. Not thread-safe.</summary>
internal sealed class ReportWriter
{
    /// <summary>The whole is written again after this many changes; readers who have missed more than <see cref="KeptDeltas"/> read it.</summary>
    private const int ChangesPerRecord = 16;

    /// <summary>Changes that the store keeps.</summary>
    public const int KeptDeltas = 32;

    /// <summary>Reports between two looks at what decides nothing: round trips, details.</summary>
    private const int ReportsPerDetail = 30;

    private VantageReport? _told;
    private long _revision;
    private int _sinceRecord, _sinceDetail;

    /// <summary>It is not known what the store has: the next is the whole.</summary>
    public void Forget() => _told = null;

    public ReportWrite Next(VantageReport report)
    {
        VantageReport? before = _told;
        if (before is null || before.Node != report.Node || before.Boot != report.Boot || !SameMonitors(before.Observations, report.Observations))
            return Whole(report);
        bool withDetail = ++_sinceDetail >= ReportsPerDetail;
        if (withDetail)
            _sinceDetail = 0;
        Observation[]? observations = null;
        var changes = new List<ReportDelta.Change?>();
        bool verdict = false;
        for (int i = 0; i < report.Observations.Count; i++)
        {
            Observation told = before.Observations[i], seen = SharedView.Of(report.Observations[i]);
            if (!SharedView.Decides(told, seen) && !(withDetail && SharedView.Reads(told, seen)))
                continue;
            verdict |= told.Verdict != seen.Verdict;
            (observations ??= [.. before.Observations])[i] = seen;
            changes.Add(new ReportDelta.Change(i, ObservationRecord.From(seen) with { Monitor = "" }));
        }

        VantageReport next = report with { Observations = observations ?? before.Observations };
        bool header = next with { Sequence = before.Sequence, Observations = before.Observations } != before;
        _told = next;
        if (changes.Count == 0 && !header)
            return new ReportWrite(report.Node, report.Boot, report.Sequence, _revision, _revision, null, null);
        byte[] delta = StateJson.Write(new ReportDelta(StateJson.Version, ReportRecord.From(next with { Observations = [] }), changes));
        bool whole = verdict || IsOther(before, next) || ++_sinceRecord >= ChangesPerRecord;
        if (whole)
            _sinceRecord = 0;
        return new ReportWrite(report.Node, report.Boot, report.Sequence, _revision + 1, _revision++, whole ? StateJson.Write(next) : null, delta);
    }

    /// <summary>What a node of another version, which reads the whole alone, must hear at once. Prices, drills and lag can move each second.</summary>
    private static bool IsOther(VantageReport before, VantageReport next) =>
        next with { Sequence = before.Sequence, Observations = before.Observations, Prices = before.Prices, Drills = before.Drills, Lag = before.Lag } != before;

    private ReportWrite Whole(VantageReport report)
    {
        _told = report with { Observations = [.. report.Observations.Select(SharedView.Of)] };
        (_sinceRecord, _sinceDetail) = (0, 0);
        return new ReportWrite(report.Node, report.Boot, report.Sequence, ++_revision, 0, StateJson.Write(_told), null);
    }

    private static bool SameMonitors(IReadOnlyList<Observation> before, IReadOnlyList<Observation> after)
    {
        if (before.Count != after.Count)
            return false;
        for (int i = 0; i < before.Count; i++)
        {
            if (before[i].Monitor != after[i].Monitor)
                return false;
        }

        return true;
    }
}
