namespace GslbServer.Tests.Cli;

/// <summary><c>drain --at</c>, asked at 12:00 UTC on 21 November 2026 in a zone two hours ahead, or where clocks change.</summary>
public sealed class DrainTimeTests
{
    [Theory]
    [InlineData("22:30", "2026-11-21T20:30:00Z")]
    [InlineData("13:00", "2026-11-22T11:00:00Z")]
    [InlineData("2026-11-21T22:30:00Z", "2026-11-21T22:30:00Z")]
    [InlineData("2026-11-21t22:30:00z", "2026-11-21T22:30:00Z")]
    [InlineData("2026-11-21T22:30:00.5Z", "2026-11-21T22:30:00.5Z")]
    [InlineData("2026-11-21T22:30:00+05:00", "2026-11-21T17:30:00Z")]
    [InlineData("2026-11-21 22:30-03:00", "2026-11-22T01:30:00Z")]
    [InlineData("2026-11-21T22:30", "2026-11-21T20:30:00Z")]
    [InlineData("2026-11-21 22:30:15", "2026-11-21T20:30:15Z")]
    [InlineData("2026-11-22", "2026-11-21T22:00:00Z")]
    [InlineData("+2h", "2026-11-21T14:00:00Z")]
    [InlineData("+1h30m", "2026-11-21T13:30:00Z")]
    public void Accepts_times_to_come(string text, string utc)
    {
        Assert.True(StartTime.TryParse(text, new FixedTime(CommandRun.Now), out DateTimeOffset value, out string problem), problem);
        Assert.Equal((DateTimeOffset.Parse(utc, null), TimeSpan.Zero), (value, value.Offset));
    }

    [Theory]
    [InlineData("25:00", "expected a time such as 22:30")]
    [InlineData("tomorrow", "expected a time such as 22:30")]
    [InlineData("7", "expected a time such as 22:30")]
    [InlineData("21/11/2026 22:30", "expected a time such as 22:30")]
    [InlineData("2026-02-30", "expected a time such as 22:30")]
    [InlineData("+soon", "expected a time such as 22:30")]
    [InlineData("2026-11-21T11:59:00Z", "has passed; it is 2026-11-21 12:00:00Z")]
    [InlineData("2020-01-01", "has passed")]
    public void Says_what_is_no_time_or_has_passed(string text, string expected)
    {
        Assert.False(StartTime.TryParse(text, new FixedTime(CommandRun.Now), out _, out string problem));
        Assert.StartsWith(expected, problem);
    }

    [Theory]
    [InlineData("2027-03-28 02:30", "is no time in Test: clocks go forward")]
    [InlineData("2027-10-31 02:30", "is there twice in Test: clocks go back")]
    public void A_time_that_clocks_skip_or_repeat_needs_an_offset(string text, string expected)
    {
        var time = new FixedTime(CommandRun.Now, CentralEurope());
        Assert.False(StartTime.TryParse(text, time, out _, out string problem));
        Assert.StartsWith(expected, problem);
        Assert.True(StartTime.TryParse(text + "+01:00", time, out _, out _));
    }

    [Theory]
    [InlineData("2027-03-28 03:30", "2027-03-28T01:30:00Z")]
    [InlineData("2027-03-28 01:30", "2027-03-28T00:30:00Z")]
    [InlineData("2027-10-31 03:30", "2027-10-31T02:30:00Z")]
    public void Around_a_change_of_clocks_the_offset_of_that_time_counts(string text, string utc)
    {
        Assert.True(StartTime.TryParse(text, new FixedTime(CommandRun.Now, CentralEurope()), out DateTimeOffset value, out _));
        Assert.Equal(DateTimeOffset.Parse(utc, null), value);
    }

    /// <summary>Whatever is written out with its offset is read back as the same moment, in whatever zone one sits.</summary>
    [Fact]
    public void Any_moment_with_any_offset_is_that_moment()
    {
        var random = new Random(20261128);
        for (int i = 0; i < 2_000; i++)
        {
            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, (14 * 60) + 1));
            DateTimeOffset moment = new DateTimeOffset(CommandRun.Now.UtcDateTime.AddSeconds(random.Next(1, 1_000_000_000)), TimeSpan.Zero).ToOffset(offset);
            string text = moment.ToString(random.Next(2) == 0 ? "yyyy-MM-dd'T'HH:mm:ssK" : "yyyy-MM-dd HH:mm:ssK", System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(StartTime.TryParse(text, new FixedTime(CommandRun.Now, random.Next(2) == 0 ? CentralEurope() : null), out DateTimeOffset value, out string problem), $"{text}: {problem}");
            Assert.Equal(moment.UtcDateTime, value.UtcDateTime);
        }
    }

    private static TimeZoneInfo CentralEurope()
    {
        TimeZoneInfo.TransitionTime OnLastSunday(int month, int hour) => TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, hour, 0, 0), month, 5, DayOfWeek.Sunday);
        var summer = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), OnLastSunday(3, 2), OnLastSunday(10, 3));
        return TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromHours(1), "Test", "Test", "Test summer", [summer]);
    }
}
