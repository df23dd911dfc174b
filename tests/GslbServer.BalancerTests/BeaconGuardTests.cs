using System.Net;

using GslbServer.Steering;

namespace GslbServer.Balancer.Tests;

public sealed class BeaconGuardTests
{
    private readonly BeaconGuard _guard = new();

    [Fact]
    public void A_word_counts_once_in_two_epochs()
    {
        Assert.Equal(BeaconVerdict.Taken, Admit("a1b2c3d4"));
        Assert.Equal(BeaconVerdict.Repeated, Admit("a1b2c3d4", "203.0.113.9"));
        _guard.StartEpoch();
        Assert.Equal(BeaconVerdict.Repeated, Admit("a1b2c3d4"));
        _guard.StartEpoch();
        Assert.Equal(BeaconVerdict.Taken, Admit("a1b2c3d4"));
    }

    [Fact]
    public void One_prefix_cannot_use_up_anothers_share()
    {
        BeaconVerdict[] flood = [.. Enumerable.Range(0, 100).Select(i => Admit($"word{i:D4}", $"198.51.100.{i}"))];
        Assert.Equal(BeaconGuard.ReportsPerPrefix, flood.Count(verdict => verdict == BeaconVerdict.Taken));
        Assert.Equal(100 - BeaconGuard.ReportsPerPrefix, flood.Count(verdict => verdict == BeaconVerdict.Flooding));
        Assert.Equal(BeaconVerdict.Taken, Admit("another0", "203.0.113.9"));
        _guard.StartEpoch();
        Assert.Equal(BeaconVerdict.Taken, Admit("another1"));
    }

    [Fact]
    public void What_one_epoch_holds_is_bounded()
    {
        int taken = 0;
        for (int i = 0; i < 60_000; i++) taken += Admit($"word{i:D5}", $"11.{i >> 16}.{(i >> 8) & 0xFF}.{i & 0xFF}") == BeaconVerdict.Taken ? 1 : 0;
        Assert.True(taken <= 50_000, $"{taken}");
        for (int i = 0; i < 60_000; i++) taken += Admit($"more{i:D5}", $"{12 + (i >> 16)}.{(i >> 8) & 0xFF}.{i & 0xFF}.1") == BeaconVerdict.Taken ? 1 : 0;
        Assert.Equal(50_000, taken);
    }

    private BeaconVerdict Admit(string nonce, string client = "198.51.100.7") => _guard.Admit(nonce, Client.From(IPAddress.Parse(client)));
}
