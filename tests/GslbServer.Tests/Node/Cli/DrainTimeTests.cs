namespace GslbServer.Tests.Cli;

/// <summary><c>drain --at</c>, asked at 12:00 UTC in a zone two hours ahead.</summary>
public sealed class DrainTimeTests
{
    [Theory]
    [InlineData("22:30", "2026-11-21T20:30:00Z")]
    [InlineData("13:00", "2026-11-22T11:00:00Z")]
    [InlineData("2026-11-21T22:30:00Z", "2026-11-21T22:30:00Z")]
    [InlineData("2026-11-21T22:30:00+05:00", "2026-11-21T17:30:00Z")]
    [InlineData("2026-11-21T22:30", "2026-11-21T20:30:00Z")]
    [InlineData("2026-11-22", "2026-11-21T22:00:00Z")]
    public void Accepts_times_to_come(string text, string utc)
    {
        Assert.True(DrainCommand.TryTime(text, new FixedTime(CommandRun.Now), out DateTimeOffset? value));
        Assert.Equal(DateTimeOffset.Parse(utc, null), value);
    }

    [Theory]
    [InlineData("25:00")]
    [InlineData("tomorrow")]
    [InlineData("2026-11-21T11:59:00Z")]
    [InlineData("2020-01-01")]
    [InlineData("7")]
    public void Rejects_what_is_no_time_or_has_passed(string text) => Assert.False(DrainCommand.TryTime(text, new FixedTime(CommandRun.Now), out _));
}
