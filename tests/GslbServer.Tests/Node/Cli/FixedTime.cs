namespace GslbServer.Tests.Cli;

/// <summary>A clock that stands at one moment, in UTC+2.</summary>
internal sealed class FixedTime(DateTimeOffset utcNow) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");

    public override DateTimeOffset GetUtcNow() => utcNow;
}
