using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

internal static class KnownOverrides
{
    /// <summary>In force or scheduled: without tombstones and without what has expired. By target.</summary>
    public static IEnumerable<OperatorOverride> Of(StateFeed feed, DateTimeOffset utcNow) => feed.Overrides
        .Where(o => o.State != OverrideState.None && !(o.ExpiresAt <= utcNow)).OrderBy(o => o.Target, StringComparer.Ordinal);
}
