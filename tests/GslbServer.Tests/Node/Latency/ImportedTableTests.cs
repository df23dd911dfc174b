using GslbServer.Steering;
using GslbServer.Tests.Probing;

namespace GslbServer.Tests.Latency;

public sealed class ImportedTableTests : IDisposable
{
    private static readonly LatencyRows Nothing = new("node-1", 7, ["eu-west", "us-east"], [], []);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-import-");
    private readonly FakeTime _time = new();

    private string SavedFile => Path.Combine(_folder.FullName, "state", "latency-import.rows");

    [Fact]
    public void Rows_are_told_where_nothing_is_measured_and_grow_old()
    {
        var table = new ImportedTable(null, _time);
        Assert.True(table.TryPut(Csv("client,region,ms\n198.51.100.0/24,eu-west,60\n198.51.100.0/24,us-east,10\nDE,eu-west,30\n"), out string? problem), problem);
        _time.Advance(TimeSpan.FromMinutes(90));
        LatencyRow measured = new(LatencyKey.Prefix(false, (UInt128)0xC6336400 << 96, 24), 0, LatencySource.Connection, 9, 550, 10, 1);
        LatencyRows all = table.AddTo(Nothing with { Rows = [measured] });
        Assert.Equal(["198.51.100.0/24 0 Connection 55 ms 1 min", "198.51.100.0/24 1 Import 10 ms 90 min", "DE 0 Import 30 ms 90 min"], all.Rows.Select(Text));
        Assert.NotNull(LatencyRowsCodec.Decode(LatencyRowsCodec.Encode(all), out _));

    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(7, 3)]
    [InlineData(14, 1)]
    [InlineData(28, 0)]
    public void A_row_counts_as_five_samples_at_most_and_as_half_after_seven_days(int days, int samples)
    {
        var table = new ImportedTable(null, _time);
        Assert.True(table.TryPut(Csv("client,region,ms,samples\n198.51.100.0/24,eu-west,60,900\n"), out string? problem), problem);
        _time.Advance(TimeSpan.FromDays(days));
        Assert.Equal(samples, table.AddTo(Nothing).Rows.Sum(row => row.Samples));
        Assert.Equal(samples == 0 ? 0 : 1, table.Count);
    }

    [Fact]
    public void Rows_survive_a_restart_with_their_age_and_newer_ones_replace_them()
    {
        var before = new ImportedTable(SavedFile, _time);
        Assert.True(before.TryPut(Csv("client,region,ms\nDE,eu-west,30\nFR,eu-west,35\n"), out string? problem), problem);
        _time.Advance(TimeSpan.FromMinutes(10));

        var after = new ImportedTable(SavedFile, _time);
        Assert.Null(after.Load());
        Assert.Equal(["DE 0 Import 30 ms 10 min", "FR 0 Import 35 ms 10 min"], after.AddTo(Nothing).Rows.Select(Text));
        Assert.True(after.TryPut(Csv("client,region,ms\nDE,eu-west,31\n"), out _));
        Assert.Equal(["DE 0 Import 31 ms 0 min", "FR 0 Import 35 ms 10 min"], after.AddTo(Nothing).Rows.Select(Text));
    }

    [Fact]
    public void Half_a_file_is_refused_whole()
    {
        Assert.True(new ImportedTable(SavedFile, _time).TryPut(Csv("client,region,ms\nDE,eu-west,30\n"), out _));
        byte[] octets = File.ReadAllBytes(SavedFile);
        for (int length = 0; length < octets.Length; length++)
        {
            File.WriteAllBytes(SavedFile, octets[..length]);
            var cut = new ImportedTable(SavedFile, _time);
            Assert.EndsWith("The file is not used", cut.Load(), StringComparison.Ordinal);
            Assert.Equal(0, cut.Count);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IReadOnlyList<LatencyCsvRow> Csv(string text) => LatencyCsv.Read(text, null, ["eu-west", "us-east"]).Rows ?? [];

    private static string Text(LatencyRow row) => FormattableString.Invariant($"{row.Key} {row.Region} {row.Source} {row.Median / 10.0} ms {row.AgeMinutes} min");
}
