using GslbServer.State;

namespace GslbServer.Tests;

/// <summary>A node's feed on a private Redis.</summary>
internal static class RedisNode
{
    /// <param name="options">More of the configuration string, from its comma on.</param>
    public static async Task<StateFeed> StartAsync(string node, PrivateRedis redis, string options = "", RecordedLog<StateFeed>? log = null, StateSigner? signer = null) =>
        await StartAsync(node, redis.Configuration + options, log, signer);

    public static async Task<StateFeed> StartAsync(string node, string configuration, RecordedLog<StateFeed>? log = null, StateSigner? signer = null)
    {
        var store = new RedisStore(configuration, "gslb", TimeProvider.System, signer);
        StateFeed feed = StateWorld.Feed(node, [store], logger: log);
        await feed.StartAsync(default);
        return feed;
    }
}
