using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class SkipTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Skipping_to_ascending_addresses_finds_what_looking_up_each_finds(bool isIPv6)
    {
        const int seed = 11;
        var random = new Random(seed);
        GeoTable geo = Random(random, isIPv6);
        ulong[] addresses = [.. Enumerable.Range(0, 3000).Select(_ => Upper(RandomAddress(random, isIPv6))).Order()];
        using GeoCursors networks = geo.Walk(isIPv6, withAsns: true);
        foreach (ulong address in addresses)
        {
            networks.Locations.SkipTo(address);
            networks.Asns.SkipTo(address);
            (Location location, uint asn) = geo.Find(isIPv6, (UInt128)address << 64);
            Location skipped = geo.Locations[networks.Locations.Location];
            Assert.True((location.Country, location.Latitude, asn) == (skipped.Country, skipped.Latitude, networks.Asns.Asn), $"seed {seed}, {address:x16}");
        }
    }

    private static GeoTable Random(Random random, bool isIPv6)
    {
        var csv = new StringBuilder("network,country,latitude,longitude,asn\n");
        var taken = new HashSet<string>();
        for (int i = 0; i < 2000; i++)
        {
            int length = isIPv6 ? random.Next(32, 53) : random.Next(12, 27);
            Client network = Client.From(RandomAddress(random, isIPv6));
            string prefix = $"{new Client(isIPv6, network.Address >> (128 - length) << (128 - length), 0, default).ToAddress()}/{length}";
            if (taken.Add(prefix))
                csv.Append(CultureInfo.InvariantCulture, $"{prefix},{(random.Next(2) == 0 ? "IE" : "US")},{random.Next(-60, 60)},{random.Next(-60, 60)},{random.Next(64496, 64511)}\n");
        }

        (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(csv.ToString(), "Random-City", "random", DateTimeOffset.UnixEpoch);
        Assert.Empty(errors);
        return GeoTable.Compile([("random.mmdb", database)]);
    }

    private static ulong Upper(IPAddress address) => (ulong)(Client.From(address).Address >> 64);

    /// <summary>In 198.16.0.0/12 or 2001:db8::/32.</summary>
    private static IPAddress RandomAddress(Random random, bool isIPv6)
    {
        byte[] octets = new byte[isIPv6 ? 16 : 4];
        random.NextBytes(octets);
        if (isIPv6)
            (octets[0], octets[1], octets[2], octets[3]) = (0x20, 0x01, 0x0D, 0xB8);
        else
            (octets[0], octets[1]) = (198, (byte)(16 | (octets[1] & 15)));
        return new IPAddress(octets);
    }
}
