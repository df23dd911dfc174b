using System.Net;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>What a place table may take: room for ranges of different classes alone, however many networks the database has.</summary>
public sealed class PlaceTableCeilings
{
    private const int Networks = 60_000;

    /// <summary>A range's start and class, and its share of a cell's head.</summary>
    private const int OctetsPerIPv4Range = 3;

    /// <summary>The directory's 64 Ki entries.</summary>
    private const int Directory = 4 << 16;

    private readonly GeoTable _geo;

    public PlaceTableCeilings()
    {
        var writer = new MmdbWriter("Test-City", "test", DateTimeOffset.UnixEpoch);
        for (int i = 0; i < Networks; i++)
        {
            KeyValuePair<string, object>[] place = [new("latitude", (i % 180) - 89.5), new("longitude", (i % 360) - 179.5)];
            KeyValuePair<string, object>[] record = [new("location", place)];
            uint address = 0x1000_0000u + ((uint)i << 8);
            writer.Add(new IPNetwork(new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), 0]), 24), record);
        }

        _geo = GeoTable.Compile([("city.mmdb", writer.ToBytes())]);
    }

    [Fact]
    public void Networks_of_one_class_take_no_room_of_their_own()
    {
        PlaceTable table = PlaceTable.Compile(_geo, useAsn: false, [], (location, _, _) => location == 0 ? 0 : 1);
        Assert.Equal(3 + 1, table.RangeCount);
        Assert.InRange(table.SizeInBytes, 1, 4096);
    }

    [Fact]
    public void A_range_takes_three_octets()
    {
        PlaceTable table = PlaceTable.Compile(_geo, useAsn: false, [], (location, _, _) => location % 7);
        Assert.InRange(table.RangeCount, Networks, Networks + 3);
        Assert.InRange(table.SizeInBytes, Networks, (OctetsPerIPv4Range * Networks) + Directory + 4096);
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        PlaceTable table = PlaceTable.Compile(_geo, useAsn: false, [], (location, _, _) => location % 7);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 10_000; i++)
        {
            var client = new Client(false, (UInt128)(0x1000_0000u + (i << 10)) << 96, 24, ClientSource.Subnet);
            table.Find(client, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
