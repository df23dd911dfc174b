namespace GslbServer.Tests.Cli;

/// <summary>A clock that stands at one moment, in UTC+2 unless told otherwise.</summary>
internal sealed class FixedTime(DateTimeOffset utcNow, TimeZoneInfo? zone = null) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone { get; } = zone ?? TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");

    public override DateTimeOffset GetUtcNow() => utcNow;
}
