using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>The compiled lookup against the definitions of RFC 1034, 4592 and 6672 spelled out over sets of names.</summary>
public sealed class LookupModelTests
{
    private const string Apex = "example.";

    private static readonly string[] Labels = ["a", "b", "c", "*"];

    private static readonly RecordType[] Types = [RecordType.A, RecordType.A, RecordType.A, RecordType.NS, RecordType.DNAME];

    [Fact]
    public void Every_name_of_a_random_zone_is_found_as_the_definitions_say()
    {
        int seed = Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text ? int.Parse(text) : 4592;
        int zones = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 20_000 : 200;
        var random = new Random(seed);
        for (int round = 0; round < zones; round++)
        {
            var records = new HashSet<(string Name, RecordType Type)>();
            for (int i = random.Next(12); i > 0; i--) records.Add((RandomName(random), Types[random.Next(Types.Length)]));
            Zone zone = Compile(records);
            for (int i = 0; i < 60; i++)
            {
                string name = RandomName(random);
                RecordType type = random.Next(4) == 0 ? RecordType.DS : RecordType.A;
                string found = Describe(zone, name, type);
                Assert.True(Expected(records, name, type) == found,
                    $"seed {seed}, round {round}: {name} {type} in {string.Join(", ", records)}: {found}, expected {Expected(records, name, type)}");
            }
        }
    }

    private static string RandomName(Random random)
        => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Labels[random.Next(Labels.Length)] + ".")) + Apex;

    private static Zone Compile(IEnumerable<(string Name, RecordType Type)> records)
        => ZoneCompiler.Compile(DomainName.Parse(Apex), [.. records.Select(r => new ZoneRecord(DomainName.Parse(r.Name), r.Type, 60,
            r.Type == RecordType.A ? [192, 0, 2, 1] : [1, (byte)'x', 0], new SourcePosition("model", 1, 1)))], _ => -1);

    private static string Describe(Zone zone, string name, RecordType type)
    {
        LookupResult found = ZoneLookup.Find(zone, new NameLabels(DomainName.Parse(name).Wire), first: 0, type);
        string owner = string.Empty;
        for (int node = found.Node; node > 0; node = zone.Names.ParentOf(node))
        {
            owner += System.Text.Encoding.Latin1.GetString(zone.Names.LabelOf(node)[1..]) + ".";
        }
        return $"{found.Kind} {owner}{Apex}";
    }

    private static string Expected(HashSet<(string Name, RecordType Type)> records, string name, RecordType type)
    {
        // A name exists when it or a name below it has records; the apex always does.
        var existing = records.SelectMany(r => AtAndAbove(r.Name)).Append(Apex).ToHashSet();
        string? cut = AtAndAbove(name).LastOrDefault(n => n != Apex && records.Contains((n, RecordType.NS)) && !(n == name && type == RecordType.DS));
        string? dname = AtAndAbove(name).Skip(1).LastOrDefault(n => records.Contains((n, RecordType.DNAME)));
        // Whichever is nearer to the apex hides what is below it; at one name the cut is first.
        if (cut is not null && (dname is null || dname.Length >= cut.Length)) return $"{LookupKind.Delegation} {cut}";
        if (dname is not null) return $"{LookupKind.Dname} {dname}";
        if (existing.Contains(name)) return $"{LookupKind.Match} {name}";
        string closestEncloser = AtAndAbove(name).First(existing.Contains);
        string sourceOfSynthesis = "*." + closestEncloser;
        return existing.Contains(sourceOfSynthesis) ? $"{LookupKind.Match} {sourceOfSynthesis}" : $"{LookupKind.NameError} {closestEncloser}";
    }

    /// <summary>The name, its parent and so on up to the apex.</summary>
    private static IEnumerable<string> AtAndAbove(string name)
    {
        for (; name != Apex; name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]) yield return name;
        yield return Apex;
    }
}
