using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

internal static class KnownOverrides
{
    /// <summary>In force or scheduled: without tombstones, without what has expired, and without drills, which only travel as overrides do. By target.</summary>
    public static IEnumerable<OperatorOverride> Of(StateFeed feed, DateTimeOffset utcNow) => feed.Overrides
        .Where(o => o.State != OverrideState.None && !(o.ExpiresAt <= utcNow) && !Drill.IsDrill(o)).OrderBy(o => o.Target, StringComparer.Ordinal);
}
