using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using GslbServer.Steering;
using GslbServer.Tests.Repository;

namespace GslbServer.Tests.Steering;

/// <summary>The reader and the writer against libmaxminddb, by its command <c>mmdblookup</c>.</summary>
public sealed partial class MmdbLookupTests
{
    /// <summary>Each is a process of its own.</summary>
    private const int Addresses = 75;

    [Fact]
    public void Sample_agrees_with_mmdblookup()
    {
        string file = Path.Combine(RepositoryFiles.Root, "geodata", "sample.mmdb");
        Compare(file, SampleDatabaseTests.Sample(), new Random(20261121), random => random.Next(3) == 0 ? Any(random) : Near(random, "198.18.0.0", 17, "2001:db8::", 36));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Generated_databases_agree_with_mmdblookup(int recordSize)
    {
        var random = new Random(recordSize);
        var world = new GeoWorld();
        string[] countries = ["US", "DE", "IN", "BR", "ZA"];
        for (int i = 0; i < 300; i++)
        {
            (bool isIPv6, UInt128 address) = Near(random, "198.18.0.0", 15, "2001:db8::", 32);
            int length = random.Next(isIPv6 ? 32 : 15, isIPv6 ? 57 : 25);
            world.Add(new IPNetwork(new Client(isIPv6, new Block(isIPv6, address, length).First, 0, default).ToAddress(), length), countries[random.Next(5)], (uint)random.Next(1, 1 << 20));
        }

        string file = Path.GetTempFileName();
        try
        {
            byte[] database = world.ToBytes(recordSize: recordSize);
            File.WriteAllBytes(file, database);
            Compare(file, GeoTable.Compile([(file, database)]), random, chance => Near(chance, "198.18.0.0", 15, "2001:db8::", 32));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Compare(string file, GeoTable table, Random random, Func<Random, (bool IsIPv6, UInt128 Address)> next)
    {
        for (int i = 0; i < Addresses; i++)
        {
            (bool isIPv6, UInt128 bits) = next(random);
            IPAddress address = new Client(isIPv6, bits, 0, default).ToAddress();
            string told = Lookup(file, address);
            (Location location, uint asn) = table.Find(isIPv6, bits);
            Assert.True(Text(told, "iso_code", "country") == location.Country, $"{address}: {location.Country}, mmdblookup says {told}");
            // A continent that the file leaves out follows from the country.
            if (told.Contains("\"continent\"", StringComparison.Ordinal)) Assert.Equal(Text(told, "code", "continent"), location.Continent);
            Assert.Equal(Text(told, "en", "names"), location.City);
            Assert.Equal(Number(told, "autonomous_system_number"), asn);
            Assert.Equal(Number(told, "latitude"), location.HasCoordinates ? location.Latitude : 0, 5);
            Assert.Equal(Number(told, "longitude"), location.HasCoordinates ? location.Longitude : 0, 5);
        }
    }

    private static string Lookup(string file, IPAddress address)
    {
        var start = new ProcessStartInfo("mmdblookup", ["--file", file, "--ip", address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process? process = Process.Start(start);
        Assert.NotNull(process);
        string found = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 || error.Contains("Could not find an entry", StringComparison.Ordinal), $"{address}: {error}");
        return Blanks().Replace(found, "");
    }

    /// <summary>The value of a key directly in the map named <paramref name="map"/>.</summary>
    private static string Text(string told, string key, string map)
        => Regex.Match(told, $"\"{map}\":\\{{[^{{}}]*\"{key}\":\"([^\"]*)\"") is { Success: true } match ? match.Groups[1].Value.Replace('_', ' ') : "";

    private static double Number(string told, string key)
        => Regex.Match(told, $"\"{key}\":([-0-9.]+)") is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static (bool IsIPv6, UInt128 Address) Any(Random random)
    {
        bool isIPv6 = random.Next(2) == 0;
        UInt128 address = (UInt128)(ulong)random.NextInt64() << 65;
        return (isIPv6, isIPv6 ? (address >> 3) | ((UInt128)1 << 125) : (address >> 96) << 96);
    }

    private static (bool IsIPv6, UInt128 Address) Near(Random random, string network4, int length4, string network6, int length6)
    {
        bool isIPv6 = random.Next(2) == 0;
        (bool _, UInt128 first) = GeoWorld.At(isIPv6 ? network6 : network4);
        UInt128 address = first | (((UInt128)(ulong)random.NextInt64() << 65) >> (isIPv6 ? length6 : length4));
        return (isIPv6, isIPv6 ? address : (address >> 96) << 96);
    }

    [GeneratedRegex(@"(?<=[:{}\[\],>""])\s+|\s+(?=[<{}\[\]""])|<[a-z0-9_]+>")]
    private static partial Regex Blanks();
}
