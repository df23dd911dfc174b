using GslbServer.State;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests;

/// <summary>Values that tests of shared round trips are written in.</summary>
internal static class LatencyWorld
{
    public static readonly TimeSpan Epoch = TimeSpan.FromSeconds(LatencyOptions.EpochSeconds);

    private static readonly LatencyRegion[] Regions = [new("eu", 50, 9), new("na", 38, -97)];

    /// <summary>A table with one row: so many milliseconds from 198.51.100.0/24 to eu.</summary>
    public static LatencyRows Rows(string writer, uint epoch, double ms = 20) => new(writer, epoch, ["eu", "na"],
        [new LatencyRow(LatencyKey.Of(Client.From(System.Net.IPAddress.Parse("198.51.100.7"))), 0, LatencySource.Connection, 9, LatencyRow.Tenths(ms), 10, 0)], []);

    public static LatencyMap Map(uint epoch, double ms = 20) =>
        LatencyDecider.Decide(LatencyMap.Empty, epoch, [.. Regions], [Rows("b", epoch, ms)], GeoTable.Empty, LatencyOptions.Default);

    public static async Task<LatencyFeed> StartAsync(TimeProvider time, ILatencyStore[] stores, DiskState? disk = null, ILogger<LatencyFeed>? log = null, bool reads = true)
    {
        var feed = new LatencyFeed(stores, disk, Epoch, reads, time, log ?? NullLogger<LatencyFeed>.Instance);
        await feed.StartAsync(default);
        return feed;
    }

    public static uint[] EpochsOf(this LatencyFeed feed, string writer, uint upTo = uint.MaxValue) => [.. feed.TablesUpTo(upTo).Where(rows => rows.Writer == writer).Select(rows => rows.Epoch)];
}
