using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class EjectionTests
{
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(30);
    private static readonly OutlierSettings Defaults = new();

    [Theory]
    [InlineData(2, 2, 0, true)]
    [InlineData(2, 1, 0, false)] // the last one stays
    [InlineData(3, 2, 1, false)] // one at a time in a small cluster
    [InlineData(19, 18, 1, false)]
    [InlineData(20, 19, 1, true)] // a tenth
    [InlineData(20, 18, 2, false)]
    [InlineData(6, 4, 0, true)] // others are down by their checks
    [InlineData(6, 3, 0, false)] // one less and it would panic
    [InlineData(20, 11, 0, true)]
    [InlineData(20, 10, 0, false)]
    public void Ejects_a_tenth_and_at_least_one_but_never_the_last_and_never_into_panic(int total, int available, int ejected, bool isAllowed) =>
        Assert.Equal(isAllowed, Ejection.IsAllowed(total, available, ejected, most: 0.1, panic: 0.5));

    [Fact]
    public void A_cluster_always_keeps_most_of_what_serves() =>
        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), total =>
        {
            (int available, int ejected) = (total, 0);
            while (Ejection.IsAllowed(total, available, ejected, 0.1, 0.5)) (available, ejected) = (available - 1, ejected + 1);
            return available >= 1 && ejected <= Math.Max(1, total / 10);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_ejection_in_a_row_lasts_longer_up_to_five_minutes()
    {
        var record = new EjectionRecord();
        TimeSpan now = TimeSpan.FromSeconds(1000);
        List<double> periods = [];
        for (int i = 0; i < 12; i++)
        {
            TimeSpan period = record.Eject(now, Base, Defaults);
            periods.Add(period.TotalSeconds);
            now += period;
        }

        Assert.Equal([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300], periods);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(10, 3)]
    [InlineData(25, 2)]
    [InlineData(30, 1)]
    [InlineData(3600, 1)]
    public void Serving_takes_ejections_off_the_count(int servesSeconds, int times)
    {
        var record = new EjectionRecord();
        TimeSpan now = TimeSpan.FromSeconds(1000);
        for (int i = 0; i < 3; i++) now += record.Eject(now, Base, Defaults);

        Assert.Equal(Base * times, record.Eject(now + TimeSpan.FromSeconds(servesSeconds), Base, Defaults));
    }

    [Fact]
    public void A_good_check_ends_it_and_the_next_one_still_lasts_longer()
    {
        var record = new EjectionRecord();
        record.Eject(TimeSpan.FromSeconds(1000), Base, Defaults);
        record.Return(TimeSpan.FromSeconds(1002));

        Assert.Equal(60, record.Eject(TimeSpan.FromSeconds(1003), Base, Defaults).TotalSeconds);
    }

    [Fact]
    public void A_good_answer_ends_a_run_of_errors()
    {
        var record = new EjectionRecord();
        Assert.Equal([1, 2, 0, 1], new[] { true, true, false, true }.Select(isError => record.Add(isError, isError)));
        Assert.Equal((4, 3), record.Take());
        Assert.Equal((0, 0), record.Take());
    }

    [Fact]
    public void An_outlier_answers_well_far_less_often_than_the_others()
    {
        double threshold = Ejection.Threshold([1, 1, 1, 1, 0.9, 1, 1, 1, 0.5, 1], 1.9);

        Assert.InRange(threshold, 0.6, 0.7);
        Assert.Equal(1, Ejection.Threshold([1, 1, 1, 1, 1], 1.9));
    }
}
