using System.Net;
using GslbServer.Probing;

namespace GslbServer.Tests.Probing;

public sealed class HostAddressesTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Name_is_asked_for_once_at_a_time_and_again_when_stale_while_the_old_addresses_serve()
    {
        var lookups = new List<TaskCompletionSource<IPAddress[]>>();
        var hosts = new HostAddresses(_time, (_, _) =>
        {
            var lookup = new TaskCompletionSource<IPAddress[]>();
            lock (lookups)
                lookups.Add(lookup);
            return lookup.Task;
        });
        IPAddress first = IPAddress.Parse("192.0.2.1"), second = IPAddress.Parse("192.0.2.2");

        Task<IReadOnlyList<IPAddress>> one = hosts.OfAsync("lb.example.org", default), two = hosts.OfAsync("LB.example.org", default);
        await UntilAsync(() => lookups.Count == 1);
        lookups[0].SetResult([first]);
        Assert.Equal([first], await one);
        Assert.Equal([first], await two);
        Assert.Single(lookups);

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([first], await hosts.OfAsync("lb.example.org", default)); // the name server hangs: the old ones serve
        Assert.Equal([first], await hosts.OfAsync("lb.example.org", default));
        await UntilAsync(() => lookups.Count == 2);
        lookups[1].SetResult([second]);
        await UntilAsync(() => hosts.OfAsync("lb.example.org", default).Result.SequenceEqual([second]));
    }

    [Fact]
    public async Task Failed_lookup_is_made_again_at_the_next_probe()
    {
        int lookups = 0;
        var hosts = new HostAddresses(_time, (_, _) => ++lookups == 1 ? throw new TimeoutException("no answer") : Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        await Assert.ThrowsAsync<TimeoutException>(() => hosts.OfAsync("lb.example.org", default));
        Assert.Equal([IPAddress.Loopback], await hosts.OfAsync("lb.example.org", default));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
            await Task.Delay(1, patience.Token);
    }
}
