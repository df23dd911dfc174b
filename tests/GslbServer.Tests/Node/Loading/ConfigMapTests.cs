namespace GslbServer.Tests.Loading;

/// <summary>Zones in a folder as the kubelet makes it of a ConfigMap: files are links through <c>..data</c>, which is a link that is swapped.</summary>
public sealed class ConfigMapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gslb-configmap-").FullName;

    [Fact]
    public void A_swap_is_noticed_and_each_zone_is_read_once()
    {
        Publish("..2026_11_29_a", 1, new DateTime(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc));
        File.CreateSymbolicLink(Path.Combine(_folder, "example.org.zone"), "..data/example.org.zone");
        Assert.Equal("example.org. serial 1", InForce());
        var watch = new FileWatch([_folder]);
        Assert.False(watch.HasChanged());
        Assert.False(watch.HasChanged());

        // Of the same length: only the time differs.
        Publish("..2026_11_29_b", 2, new DateTime(2026, 11, 29, 12, 1, 0, DateTimeKind.Utc));
        Directory.Delete(Path.Combine(_folder, "..2026_11_29_a"), recursive: true);
        Assert.False(watch.HasChanged());
        Assert.True(watch.HasChanged());
        Assert.Equal("example.org. serial 2", InForce());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InForce()
    {
        LoadedZones load = ZoneLoader.Load([_folder]);
        Assert.Empty(load.Errors);
        return string.Join(", ", load.Zones!.Zones.Select(zone => $"{zone.Apex} serial {zone.Serial}"));
    }

    private void Publish(string name, int serial, DateTime writtenAt)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, "example.org.zone");
        File.WriteAllText(file, $"$TTL 300\n@ SOA ns1 hostmaster {serial} 3600 600 86400 30\n NS ns1\nns1 A 192.0.2.53\n");
        File.SetLastWriteTimeUtc(file, writtenAt);
        string data = Path.Combine(_folder, "..data");
        File.Delete(data);
        File.CreateSymbolicLink(data, name);
    }
}
