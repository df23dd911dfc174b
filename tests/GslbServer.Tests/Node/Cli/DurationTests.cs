namespace GslbServer.Tests.Cli;

public sealed class DurationTests
{
    [Theory]
    [InlineData("45m", 2700)]
    [InlineData("1h30m", 5400)]
    [InlineData("90s", 90)]
    [InlineData("90", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("2d3h", 183600)]
    [InlineData("1.5h", 5400)]
    [InlineData("1w", 604800)]
    [InlineData("0", 0)]
    public void Accepts_what_people_type(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5y")]
    [InlineData("m")]
    [InlineData("1h30")]
    [InlineData("99999999999d")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    public void Rejects_what_is_no_duration(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.25, "250ms")]
    [InlineData(90, "1m30s")]
    [InlineData(2700, "45m")]
    [InlineData(183600, "2d3h")]
    public void Formats_in_the_largest_units(double seconds, string text) => Assert.Equal(text, Duration.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(3725.5, "1h2m")]
    [InlineData(90061, "1d1h")]
    [InlineData(59.9, "59s")]
    public void Ages_are_rough(double seconds, string text) => Assert.Equal(text, Duration.FormatRough(TimeSpan.FromSeconds(seconds)));
}
