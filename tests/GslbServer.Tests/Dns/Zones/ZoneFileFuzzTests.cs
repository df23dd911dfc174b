using System.Runtime.CompilerServices;
using System.Text;

namespace GslbServer.Dns.Tests;

/// <summary>Whatever a file contains, reading it ends without an exception, every record read prints, and the print is read back as the same octets.</summary>
public class ZoneFileFuzzTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "\"", ";", "\\", "\n", "\r\n", "\r", "\t", " ", "$", "@", ".", "*", "=", ",", "\\#", "\\000", "\\256", "${0,3,n}", "$GENERATE 1-9 a$ A 192.0.2.$\n",
        "$ORIGIN ", "$TTL ", "$INCLUDE x\n", "\0", "\f", "\u00FF", "\u20AC", "4294967296", "-1", "TYPE65303", "STEER", "SOA", "CNAME", "DNAME", "LOC", "HTTPS", "NSEC",
    ];

    [Fact]
    public void Mutated_zones_are_read_without_an_exception()
    {
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 30_000 : 600;
        int seed = Environment.TickCount;
        string[] seeds = [File.ReadAllText(Beside("every-type.zone")), File.ReadAllText(Beside("../../../../zones/gslb.example.zone"))];
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++)
        {
            string text = Mutate(seeds[round % seeds.Length], random);
            Exception? thrown = Record.Exception(() => ReadAndPrint(text));
            Assert.True(thrown is null, $"seed {seed}, round {round}: {thrown}\n{text}");
        }
    }

    /// <summary>A few lines of those zones each, so that there can be many.</summary>
    [Fact]
    public void Mutated_pieces_of_zones_are_read_without_an_exception()
    {
        string[] lines = [.. File.ReadAllLines(Beside("every-type.zone")), .. File.ReadAllLines(Beside("../../../../zones/gslb.example.zone"))];
        GslbServer.Tests.Fuzz.Rounds(random =>
        {
            int from = random.Next(lines.Length), count = Math.Min(random.Next(1, 6), lines.Length - from);
            string text = Mutate(string.Join('\n', lines, from, count) + "\n", random);
            Exception? thrown = Record.Exception(() => ReadAndPrint(text));
            Assert.True(thrown is null, $"{thrown}\n{text}");
        });
    }

    [Fact]
    public void Random_octets_of_any_type_print_and_are_read_back()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        // Reading the zone language makes names absolute, which random octets are not.
        RecordType[] types = [.. Enum.GetValues<RecordType>().Where(t => t < RecordType.REGION), (RecordType)65280];
        for (int round = 0; round < 20_000; round++)
        {
            RecordType type = types[random.Next(types.Length)];
            byte[] rdata = new byte[random.Next(0, 40)];
            random.NextBytes(rdata);
            // Small octets make lengths that fit more often.
            for (int i = 0; i < rdata.Length; i++)
                if (random.Next(3) > 0)
                    rdata[i] &= 7;
            string text = RdataText.Format(type, rdata);
            bool isRead = RdataText.TryParse(type, text, DomainName.Root, out byte[]? again, out string? error);
            // What is not well-formed prints in the generic form and is refused; what breaks a rule between fields may be refused too.
            bool isRefused = text.StartsWith("\\#", StringComparison.Ordinal) || RdataText.TryFormat(type, rdata, out _) && RdataRules.Violation(type, rdata) is not null;
            Assert.True(isRead ? rdata.AsSpan().SequenceEqual(again) : isRefused, $"seed {seed}, round {round}: {type} {Convert.ToHexString(rdata)} {text}: {error}");
        }
    }

    private static void ReadAndPrint(string text)
    {
        ZoneFile zone = ZoneFileReader.Read("example.org.zone", text, DomainName.Parse("example.org."),
            (file, _) => file.Length % 2 == 0 ? null : (file, "a A 192.0.2.1\n$INCLUDE x\n"));
        foreach (ZoneDiagnostic diagnostic in zone.Diagnostics)
            Assert.DoesNotContain(diagnostic.ToString(), char.IsControl);
        foreach (ZoneRecord record in zone.Records)
        {
            Assert.True(RdataText.TryParse(record.Type, RdataText.Format(record.Type, record.Rdata), DomainName.Root, out byte[]? again, out string? error), $"{record}: {error}");
            Assert.Equal(record.Rdata, again);
        }
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (int count = random.Next(1, 12); count > 0 && mutated.Length > 0; count--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.Next(1, 30), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    mutated[at] = (char)random.Next(0, 256);
                    break;
                default:
                    int from = random.Next(text.Length);
                    mutated.Insert(at, text.AsSpan(from, Math.Min(random.Next(1, 60), text.Length - from)));
                    break;
            }
        }
        return mutated.ToString();
    }

    private static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here) ?? "", file);
}
