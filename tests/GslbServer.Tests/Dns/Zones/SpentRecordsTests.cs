using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Records that give their memory back while they are compiled.</summary>
public sealed class SpentRecordsTests
{
    /// <summary>The records fill several blocks of 1 MiB.</summary>
    private const int Names = 40_000;

    private static readonly DomainName Apex = DomainName.Parse("example.org.");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Last_use_of_the_records_compiles_the_same_zone(bool isEachNameInOnePlace)
    {
        string text = Zone(isEachNameInOnePlace);
        Zone kept = ZoneCompiler.Compile(Apex, Read(text).Records, _ => -1);
        Zone spent = ZoneCompiler.Compile(Apex, Read(text).Records, _ => -1, isLastUse: true);
        Assert.Equal(kept.Hash, spent.Hash);
        Assert.Equal(kept.Names.Count, spent.Names.Count);
    }

    [Fact]
    public void Spent_records_are_still_counted_but_cannot_be_asked()
    {
        ZoneFile file = Read(Zone(isEachNameInOnePlace: true));
        int count = file.Records.Count;
        ZoneCompiler.Compile(Apex, file.Records, _ => -1, isLastUse: true);
        Assert.Equal(count, file.Records.Count);
        Assert.Equal(1u, file.Serial);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Records[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Records.At(Apex).ToList());
    }

    [Fact]
    public void Octets_are_kept_until_the_last_string_of_their_block_is_spent()
    {
        var octets = new OctetBlocks();
        octets.Add(600_000, out uint first).Fill(1);
        octets.Add(400_000, out uint second).Fill(2);
        octets.Add(100_000, out uint third).Fill(3);
        octets.Spend(first);
        Assert.Equal(2, octets.From(second)[399_999]);
        octets.Spend(second);
        Assert.Throws<ArgumentOutOfRangeException>(() => octets.From(second)[0]);
        Assert.Equal(3, octets.From(third)[99_999]);
    }

    [Fact]
    public void Returned_memory_is_whole_pages_inside_the_array()
    {
        byte[][] arrays = [.. Enumerable.Range(0, 3).Select(_ => GC.AllocateArray<byte>(300_000, pinned: true))];
        foreach (byte[] array in arrays)
        {
            array.AsSpan().Fill(7);
        }

        SpentMemory.Return(arrays[1]);
        Assert.All(arrays[0], octet => Assert.Equal(7, octet));
        Assert.All(arrays[2], octet => Assert.Equal(7, octet));
        Assert.Equal(300_000, arrays[1].Length);
        Assert.Equal(OperatingSystem.IsLinux() ? 0 : 7, arrays[1][150_000]);
        int kept = arrays[1].Count(octet => octet == 7);
        Assert.InRange(kept, 0, OperatingSystem.IsLinux() ? 2 * Environment.SystemPageSize : arrays[1].Length);
    }

    [Fact]
    public void Nothing_of_an_array_within_one_page_is_returned()
    {
        byte[] array = [1, 2, 3];
        SpentMemory.Return(array);
        SpentMemory.Return(Array.Empty<int>());
        Assert.Equal([1, 2, 3], array);
    }

    private static ZoneFile Read(string text)
    {
        ZoneFile file = ZoneFileReader.Read("example.org.zone", new StringReader(text), Apex);
        Assert.Empty(file.Diagnostics);
        return file;
    }

    private static string Zone(bool isEachNameInOnePlace)
    {
        var text = new StringBuilder("$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        var last = new StringBuilder();
        for (int i = 0; i < Names; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"h{i} A 192.0.2.{i & 255}\n");
            (isEachNameInOnePlace ? text : last).Append(CultureInfo.InvariantCulture, $"h{i} AAAA 2001:db8::{i:x}\n");
        }

        return text.Append(last).ToString();
    }
}
