using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer.Benchmarks;

/// <summary>What loading a zone may allocate, all of it counted, used or not: the peak of memory stands and falls with it. A large zone of the common kind,
/// an A and an AAAA at each name. Alone in the process, since what is kept is told by all that lives.</summary>
[Collection("Alone")]
public sealed class LoadingCeilings
{
    private const int Names = 50_000;

    private static readonly DomainName Apex = DomainName.Parse("example.org.");

    /// <summary>26 octets a record, 10 of RDATA on average, half of a name with its slots, and blocks that are not full yet: 109 at this size.</summary>
    [Fact]
    public void Reading_and_checking_allocates_at_most_120_octets_per_record()
    {
        string text = Zone(Names);
        Read(Zone(100));
        long allocated = Allocated(() => Read(text));
        Assert.InRange((double)allocated / (2 * Names), 40, 120);
    }

    /// <summary>The finished table, and what the compiler and the hash need meanwhile.</summary>
    [Fact]
    public void Compiling_allocates_at_most_128_octets_per_name()
    {
        Compile(Read(Zone(100)));
        ZoneFile file = Read(Zone(Names));
        long allocated = Allocated(() => Compile(file));
        Assert.InRange((double)allocated / Names, 60, 128);
    }

    /// <summary>As a load does it: the records are given back while they are compiled, so that they and the zone are never there together. A million names
    /// keep 78 octets each; here the hash table is emptier.</summary>
    [Fact]
    public void Zone_and_spent_records_keep_at_most_100_octets_per_name()
    {
        string text = Zone(Names);
        Read(Zone(100));
        double kept = MemoryCeilings.Living(() =>
        {
            ZoneFile file = Read(text);
            return (ZoneCompiler.Compile(Apex, file.Records, _ => -1, isLastUse: true), file);
        });
        Assert.InRange(kept / Names, 40, 100);
        GC.KeepAlive(text);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static ZoneFile Read(string text)
    {
        ZoneFile file = ZoneFileReader.Read("example.org.zone", new StringReader(text), Apex);
        Assert.Empty(file.Diagnostics);
        return file;
    }

    private static void Compile(ZoneFile file) => ZoneCompiler.Compile(Apex, file.Records, _ => -1);

    private static string Zone(int names)
    {
        var text = new StringBuilder("$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        for (int i = 0; i < names; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"h{i:D7} A 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}\nh{i:D7} AAAA 2001:db8::{i:x}\n");
        }

        return text.ToString();
    }
}
