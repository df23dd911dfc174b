namespace GslbServer.Tests.Serving;

public sealed class ResponseRatesTests
{
    private readonly ResponseRates _rates = new();

    [Fact]
    public void So_many_are_sent_in_a_second_and_then_every_second_one_slips()
    {
        RateVerdict[] verdicts = [.. Enumerable.Range(0, 8).Select(_ => _rates.Count(1, 1, second: 10, rate: 4, slip: 2))];
        Assert.Equal([RateVerdict.Send, RateVerdict.Send, RateVerdict.Send, RateVerdict.Send, RateVerdict.Slip, RateVerdict.Drop, RateVerdict.Slip, RateVerdict.Drop], verdicts);
        Assert.Equal(RateVerdict.Send, _rates.Count(1, 1, second: 11, rate: 4, slip: 2));
    }

    [Fact]
    public void Slip_of_0_drops_all_and_of_1_none()
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(RateVerdict.Drop, _rates.Count(1, 1, 10, rate: 0, slip: 0));
            Assert.Equal(RateVerdict.Slip, _rates.Count(1, 1, 10, rate: 0, slip: 1));
        }
    }

    [Fact]
    public void Prefixes_and_classes_are_counted_apart()
    {
        for (int i = 0; i < 100; i++) _rates.Count(1, 1, 10, rate: 5, slip: 0);
        Assert.Equal(RateVerdict.Drop, _rates.Count(1, 1, 10, rate: 5, slip: 0));
        Assert.Equal(RateVerdict.Send, _rates.Count(2, 1, 10, rate: 5, slip: 0));
        Assert.Equal(RateVerdict.Send, _rates.Count(1, 2, 10, rate: 5, slip: 0));
    }

    [Fact]
    public void A_flood_of_prefixes_limits_nobody_else_and_the_loud_stay_limited()
    {
        for (int i = 0; i < 1_000; i++) _rates.Count(7, 7, 10, rate: 5, slip: 0);
        int limited = Enumerable.Range(0, 200_000).Count(i => _rates.Count((ulong)(i + 100) << 20, 7, 10, rate: 5, slip: 0) != RateVerdict.Send);
        Assert.Equal(0, limited);
        Assert.Equal(RateVerdict.Drop, _rates.Count(7, 7, 10, rate: 5, slip: 0));
    }

    [Fact]
    public void Senders_have_to_show_themselves_from_the_limit_on_and_for_the_second_after()
    {
        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(_rates.IsSuspicious(10, 100)));
        Assert.True(_rates.IsSuspicious(10, 100));
        Assert.True(_rates.IsSuspicious(11, 100)); // the second before was too loud
        Assert.False(_rates.IsSuspicious(12, 100));
    }
}
