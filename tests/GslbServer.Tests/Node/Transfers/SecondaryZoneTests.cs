using System.Net;
using GslbServer.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Transfers;

/// <summary>What a zone from a primary says of itself.</summary>
public sealed class SecondaryZoneTests
{
    /// <summary>Its next refresh had no time while it asked, and status and metrics threw.</summary>
    [Fact]
    public async Task While_it_asks_its_next_refresh_is_now()
    {
        var name = DomainName.Parse("example.org.");
        using var places = new SemaphoreSlim(0); // its turn to fetch never comes
        using var zone = new SecondaryZone(name, [new ZonePeer(name, IPEndPoint.Parse("127.0.0.1:9"), null)], new Nothing(), new SecondaryStore("", TimeProvider.System, NullLogger<SecondaryStore>.Instance),
            new TsigKeyStore(null), places, TimeProvider.System, new EventLog(TimeProvider.System), NullLogger<SecondaryZone>.Instance);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        zone.Start(null);
        for (int i = 0; i < 50; i++)
        {
            SecondaryStatus status = zone.Status();
            Assert.Equal("waiting", status.State);
            Assert.InRange(status.NextRefreshAt!.Value, before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
            await Task.Delay(2);
        }

        await zone.StopAsync();
    }

    private sealed class Nothing : IZoneSink
    {
        public Zone? Current => null;

        public Task<IReadOnlyList<string>> TakeAsync(ZoneFile file, IReadOnlyList<ZoneChange>? changes, CancellationToken cancel) => throw new InvalidOperationException();

        public Task<bool> TryTakeAsync(Zone zone, IReadOnlyList<ZoneChange> changes, CancellationToken cancel) => throw new InvalidOperationException();

        public Task ExpireAsync(CancellationToken cancel) => Task.CompletedTask;
    }
}
