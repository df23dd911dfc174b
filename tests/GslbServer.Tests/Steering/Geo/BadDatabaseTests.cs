using System.Buffers.Binary;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Whatever stands in a file, it is loaded or refused, with the file's name and what is wrong.</summary>
public sealed class BadDatabaseTests
{
    [Fact]
    public void Rejects_a_file_that_is_no_database() => Refused("not a MaxMind DB", "network,country\n192.0.2.0/24,US\n"u8.ToArray());

    [Fact]
    public void Rejects_an_empty_file() => Refused("not a MaxMind DB", []);

    [Fact]
    public void Rejects_a_file_cut_short_at_any_length()
    {
        byte[] file = World();
        for (int length = 0; length < file.Length; length++) Refused("", file[..length]);
    }

    [Fact]
    public void Rejects_a_tree_that_loops() => Refused("comes to node 0 twice", Patch(World(), file => PutRecord(file, 0, 0)));

    [Fact]
    public void Rejects_a_shared_subtree_before_it_multiplies()
    {
        // 120 nodes, both children the next: 2^120 ways.
        byte[] file = new GeoWorld().Add("2001:db8::/120", "US").ToBytes(recordSize: 24);
        for (uint node = 0; node < 119; node++)
        {
            PutRecord(file, (int)(2 * node), node + 1);
            PutRecord(file, (int)(2 * node) + 1, node + 1);
        }

        Refused("twice", file);
    }

    [Fact]
    public void Rejects_a_tree_deeper_than_addresses_are_long()
    {
        byte[] file = new GeoWorld().Add("2001:db8::1/128", "US").ToBytes(recordSize: 24);
        // The same tree, said to be of IPv4.
        Refused("deeper than 32 bits", Replace(file, "ip_version", [0xA1, 6], [0xA1, 4]));
    }

    [Fact]
    public void Rejects_a_record_that_points_outside_the_data() => Refused("outside the data section", Patch(World(), file => PutRecord(file, 1, 0xFFFFFF)));

    [Theory]
    [InlineData("binary_format_major_version", new byte[] { 0xA1, 2 }, new byte[] { 0xA1, 3 }, "MaxMind DB format 3")]
    [InlineData("node_count", new byte[] { 0xC1 }, new byte[] { 0xC0 }, "a node_count of 0")]
    [InlineData("ip_version", new byte[] { 0xA1, 6 }, new byte[] { 0xA1, 5 }, "an ip_version of 5; expected 4 or 6")]
    [InlineData("record_size", new byte[] { 0xA1, 24 }, new byte[] { 0xA1, 25 }, "a record_size of 25; expected 24, 28 or 32")]
    public void Rejects_metadata_that_cannot_be(string key, byte[] from, byte[] to, string message) => Refused(message, Replace(World(), key, from, to));

    [Fact]
    public void Rejects_metadata_without_a_key()
        => Refused("its metadata has no node_count", Replace(World(), "node_count", "node_count"u8.ToArray(), "node_kount"u8.ToArray(), before: true));

    [Fact]
    public void Rejects_a_field_of_the_wrong_type() => Refused("expected Map, found UInt32", OneRecord(("country", 49u)));

    [Fact]
    public void Rejects_a_coordinate_that_is_text() => Refused("expected Double, found String", OneRecord(("location", GeoWorld.Map(("latitude", "52"), ("longitude", "13")))));

    [Fact]
    public void Rejects_a_pointer_to_itself()
    {
        byte[] file = OneRecord(("country", "xx"));
        int data = DataStart(file);
        // The record itself: a pointer to offset 0, that is, to this pointer.
        (file[data], file[data + 1]) = (0x20, 0x00);
        Refused("a pointer points to a pointer", file);
    }

    [Fact]
    public void Rejects_a_map_that_claims_millions_of_entries()
    {
        byte[] file = OneRecord(("k", "vvvvvvvvvvvvvvvvvvvvvvvvvvvv"));
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(DataStart(file)), 0xFFFF_FFFF);
        Refused("goes beyond the end", file);
    }

    [Fact]
    public void Rejects_a_record_of_endless_values()
    {
        object[] values = [.. Enumerable.Repeat<object>(1u, 5000)];
        Refused("more than 4096 values", OneRecord(("k", values)));
    }

    [Fact]
    public void Passes_over_arrays_nested_ten_thousand_deep_or_refuses_them()
    {
        byte[] file = OneRecord(("k", new byte[20_000]));
        int start = file.AsSpan().IndexOf(new byte[1000]) + 100;
        // 01 04: an array of one entry.
        for (int i = start; i < start + 15_000; i += 2) (file[i], file[i + 1]) = (0x01, 0x04);
        int header = DataStart(file) + 3;
        (file[header], file[header + 1]) = (0x01, 0x04);
        Refused("", file);
    }

    [Fact]
    public void Rejects_a_kind_without_places_and_ASNs() => Refused("a database of type \"Test-Domain\"", DomainDatabase());

    [Fact]
    public void Mutated_files_load_or_are_refused()
    {
        byte[][] files =
        [
            World(), World(28), World(32), new GeoWorld().Add("192.0.2.0/24", "US", 64496).Add("192.0.2.128/25", "DE").ToBytes(ipVersion: 4),
            OneRecord(("location", GeoWorld.Map(("latitude", 1.5), ("longitude", 2.5))), ("city", GeoWorld.Map(("names", GeoWorld.Map(("en", "Dublin")))))),
        ];
        Fuzz.Rounds(random =>
        {
            byte[] file = (byte[])files[random.Next(files.Length)].Clone();
            Mutate(ref file, random);
            try
            {
                GeoTable table = GeoTable.Compile([("fuzz.mmdb", file)]);
                PlaceTable places = PlaceTable.Compile(table, true, [], (location, asn, _) => location + (int)(asn % 7));
                places.Find(random.Next(2) == 0, (UInt128)(ulong)random.NextInt64() << 64, out _);
            }
            catch (GeoDataException refusal)
            {
                Assert.StartsWith("fuzz.mmdb: ", refusal.Message, StringComparison.Ordinal);
            }
        });
    }

    private static void Mutate(ref byte[] file, Random random)
    {
        int marker = file.AsSpan().LastIndexOf("MaxMind.com"u8);
        for (int changes = random.Next(1, 6); changes > 0 && file.Length > 0; changes--)
        {
            // Often in the metadata and in the data, which are small beside the tree.
            int at = random.Next(3) switch
            {
                0 => random.Next(file.Length),
                1 => Math.Min(file.Length - 1, marker + random.Next(Math.Max(1, file.Length - marker))),
                _ => Math.Max(0, Math.Min(file.Length, marker) - 1 - random.Next(200)),
            };
            switch (random.Next(6))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    file[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                case 3:
                    file = [.. file[..at], (byte)random.Next(256), .. file[at..]];
                    break;
                case 4:
                    file = [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(8))..]];
                    break;
                default:
                    if (random.Next(10) == 0) file = file[..at];
                    break;
            }
        }
    }

    private static byte[] World(int recordSize = 24) => new GeoWorld()
        .Add("192.0.2.0/24", "US", 64496).Add("192.0.2.128/26", "DE", 64497).Add("2001:db8::/48", "IE").Add("2001:db8::/64", "IN")
        .ToBytes(recordSize: recordSize);

    private static byte[] OneRecord(params (string, object)[] entries)
    {
        var writer = new MmdbWriter("Test-City", "test", DateTimeOffset.UnixEpoch, 24);
        writer.Add(IPNetwork.Parse("192.0.2.0/24"), GeoWorld.Map(entries));
        return writer.ToBytes();
    }

    private static byte[] DomainDatabase()
    {
        var writer = new MmdbWriter("Test-Domain", "test", DateTimeOffset.UnixEpoch);
        writer.Add(IPNetwork.Parse("192.0.2.0/24"), GeoWorld.Map(("domain", "example.org")));
        return writer.ToBytes();
    }

    /// <summary>The data section of these small files starts behind the first 16 zeros that follow the tree.</summary>
    private static int DataStart(byte[] file)
    {
        MmdbReader reader = MmdbReader.Open("test.mmdb", file);
        return (reader.Metadata.NodeCount * reader.Metadata.RecordSize / 4) + 16;
    }

    private static byte[] Patch(byte[] file, Action<byte[]> change)
    {
        change(file);
        return file;
    }

    /// <summary>Of 24 bits; two for each node.</summary>
    private static void PutRecord(byte[] file, int record, uint value)
    {
        Span<byte> octets = file.AsSpan(record * 3, 3);
        (octets[0], octets[1], octets[2]) = ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    /// <summary>Changes octets behind (or at) a key of the metadata.</summary>
    private static byte[] Replace(byte[] file, string key, byte[] from, byte[] to, bool before = false)
    {
        int at = file.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(key));
        if (!before) at += key.Length;
        Assert.True(file.AsSpan(at).StartsWith(from), $"{key}: {Convert.ToHexString(file.AsSpan(at))}");
        to.CopyTo(file, at);
        return file;
    }

    private static void Refused(string message, byte[] file)
    {
        GeoDataException refusal = Assert.Throws<GeoDataException>(() => GeoTable.Compile([("bad.mmdb", file)]));
        Assert.StartsWith("bad.mmdb: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
