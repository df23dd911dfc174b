using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("45m", 2700)]
    [InlineData("1h30m", 5400)]
    [InlineData("1m30s", 90)]
    [InlineData("90", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2d3h", 183600)]
    [InlineData("1.5h", 5400)]
    [InlineData("10min", 600)]
    [InlineData("1w", 604800)]
    [InlineData("0", 0)]
    public void Accepts_what_people_type_and_what_it_prints(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(Durations.TryParse(Durations.Format(duration), out TimeSpan again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5y")]
    [InlineData("m")]
    [InlineData("1h30")]
    [InlineData("1..5s")]
    [InlineData("9999999999999999999d")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    public void Rejects_what_is_no_duration(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.25, "250ms")]
    [InlineData(36.5, "36.5s")]
    [InlineData(90, "1m30s")]
    [InlineData(2700, "45m")]
    [InlineData(183600, "2d3h")]
    [InlineData(-90, "-1m30s")]
    public void Formats_in_the_largest_units_without_loss(double seconds, string text) => Assert.Equal(text, Durations.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(3725.5, "1h2m")]
    [InlineData(90061, "1d1h")]
    [InlineData(59.9, "59s")]
    [InlineData(-0.2, "0s")]
    public void Ages_are_rough(double seconds, string text) => Assert.Equal(text, Durations.FormatAge(TimeSpan.FromSeconds(seconds)));
}
