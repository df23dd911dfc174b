using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

/// <summary>A monitor in a drill: what it says, and what it knows.</summary>
public sealed class DrilledWatchTests
{
    private readonly Watch _watch = ProbePlan.Make(Of(("a", Check(CheckKind.Http, 80, fall: 2, rise: 3))), "node-1", ProbePlan.Empty, []).Watches[0];

    [Fact]
    public void Good_results_count_as_failed_and_say_what_is_true()
    {
        Count(true);
        _watch.Drilled = true;
        Count(true);
        Assert.Equal((Verdict.Up, -1), (_watch.Observation.Verdict, _watch.Observation.Streak));
        Count(true);
        Assert.Equal((Verdict.Down, -2, "drill; in truth fine"), (_watch.Observation.Verdict, _watch.Observation.Streak, _watch.Observation.Detail));
    }

    [Fact]
    public void After_a_drill_it_comes_up_as_after_a_failure()
    {
        Count(true);
        Drill(4);
        _watch.Drilled = false;
        Count(true);
        Count(true);
        Assert.Equal((Verdict.Down, 2), (_watch.Observation.Verdict, _watch.Observation.Streak));
        Count(true);
        Assert.Equal((Verdict.Up, 3), (_watch.Observation.Verdict, _watch.Observation.Streak));
    }

    [Fact]
    public void Cancelled_it_is_at_once_what_it_truly_is()
    {
        Count(true);
        Drill(4);
        _watch.Undrill();
        Assert.Equal(Verdict.Up, _watch.Observation.Verdict);
        Assert.True(_watch.Observation.Streak >= 3);
        Count(true);
        Assert.Equal((Verdict.Up, "fine"), (_watch.Observation.Verdict, _watch.Observation.Detail));
    }

    [Fact]
    public void Cancelled_one_that_truly_died_in_the_drill_stays_down()
    {
        Count(true);
        Drill(3);
        Count(false);
        Count(false);
        _watch.Undrill();
        Assert.Equal((Verdict.Down, -2), (_watch.Observation.Verdict, _watch.Observation.Streak));
    }

    [Fact]
    public void Cancelled_before_any_probe_it_is_as_it_was()
    {
        Count(true);
        Observation before = _watch.Observation;
        _watch.Drilled = true;
        _watch.Undrill();
        Assert.Equal(before, _watch.Observation);
    }

    private void Drill(int probes)
    {
        _watch.Drilled = true;
        for (int i = 0; i < probes; i++)
            Count(true);
    }

    private void Count(bool success) => _watch.Count(success ? ProbeResult.Good("fine") : ProbeResult.Bad("broken"), TimeSpan.FromMilliseconds(3));
}
