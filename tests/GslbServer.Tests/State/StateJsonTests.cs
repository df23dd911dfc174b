using System.Text;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

public sealed class StateJsonTests
{
    private static readonly OperatorOverride Full = StateWorld.Drain("www.example.org.@eu-west") with
    {
        State = OverrideState.Up,
        Percent = 40,
        Reason = "Größe; \"quoted\"",
        Ramp = TimeSpan.FromSeconds(1.5),
        StartsAt = new DateTimeOffset(2026, 11, 20, 13, 0, 0, TimeSpan.FromHours(2)),
        ExpiresAt = new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.Zero),
        Forced = true,
        Revision = "001795000000000-000000-a",
    };

    [Fact]
    public void Override_is_camelCase_with_a_version() => Assert.Equal(
        """{"v":1,"target":"eu-west","state":"drain","percent":100,"reason":"maintenance","owner":"ops","createdAt":"2026-11-20T12:00:00+00:00","rampSeconds":0,"forced":false,"revision":"001795000000000-000000-a"}""",
        Encoding.UTF8.GetString(StateJson.Write(StateWorld.Drain() with { Revision = "001795000000000-000000-a" })));

    [Fact]
    public void Report_is_camelCase_with_a_version() => Assert.Equal(
        """{"v":1,"node":"a","boot":7,"sequence":9,"isProber":true,"leaving":false,"appliedRevision":"","topologyHash":"t","zoneHash":"z","geoHash":"g","observations":[{"monitor":"tcp:192.0.2.10:443","verdict":"down","streak":-2,"rttMilliseconds":12.5,"detail":"connection refused"}],"region":"eu-west"}""",
        Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("a", 7, 9, StateWorld.Down()))));

    [Fact]
    public void What_is_written_is_read_again()
    {
        Assert.True(StateJson.TryReadOverride(StateJson.Write(Full), out OperatorOverride? value));
        Assert.Equal(Full, value);

        VantageReport written = StateWorld.Report("a", 7, 9, StateWorld.Down(), StateWorld.Up(), new Observation("m", Verdict.Unknown, 0, 0, "")) with { Region = null };
        Assert.True(StateJson.TryReadReport(StateJson.Write(written), out VantageReport? report));
        Assert.Equal(written with { Observations = report.Observations }, report);
        Assert.Equal(written.Observations, report.Observations);
    }

    [Fact]
    public void Notes_of_drills_travel_with_the_report_and_those_in_anothers_name_do_not()
    {
        DateTimeOffset at = new(2026, 11, 28, 22, 44, 0, TimeSpan.Zero);
        var own = new DrillNotes("20261128T224400Z-eu-west", "a", at, at, [new DrillMark("heard", 0, 0, 1, 30), new DrillMark("down", 2_500, 2_600, 2)]);
        DrillMark[] tooMany = [.. Enumerable.Repeat(own.Marks[0], DrillNotes.MaxMarks + 1)];
        byte[] json = StateJson.Write(StateWorld.Report("a", 7, 9, StateWorld.Up()) with { Drills = [own, own with { Node = "b" }, own with { Marks = tooMany }] });
        Assert.True(StateJson.TryReadReport(json, out VantageReport? report));
        DrillNotes read = Assert.Single(report.Drills);
        Assert.Equal(own with { Marks = read.Marks, Traffic = read.Traffic }, read);
        Assert.Equal(own.Marks, read.Marks);
    }

    [Fact]
    public void Notes_of_a_node_that_tells_no_traffic_are_read()
    {
        DateTimeOffset at = new(2026, 11, 28, 22, 44, 0, TimeSpan.Zero);
        var own = new DrillNotes("20261128T224400Z-eu-west", "a", at, at, [new DrillMark("heard", 0, 0, 1, 30)]) { Traffic = [new DrillTraffic(0, 1.5, 2)] };
        string json = Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("a", 7, 9, StateWorld.Up()) with { Drills = [own] }));
        const string Traffic = ",\"traffic\":[{\"atMs\":0,\"oldRps\":1.5,\"newRps\":2}]";
        Assert.Contains(Traffic, json, StringComparison.Ordinal);
        Assert.True(StateJson.TryReadReport(Encoding.UTF8.GetBytes(json.Replace(Traffic, "", StringComparison.Ordinal)), out VantageReport? report));
        Assert.Empty(Assert.Single(report.Drills).Traffic);
    }

    [Fact]
    public void Number_that_JSON_cannot_hold_does_not_stop_the_report()
    {
        byte[] json = StateJson.Write(StateWorld.Report("a", 1, 1, StateWorld.Up() with { RttMilliseconds = double.NaN, Detail = new string('x', 10_000) }));
        Assert.True(StateJson.TryReadReport(json, out VantageReport? report));
        Assert.Equal((0.0, 200), (report.Observations[0].RttMilliseconds, report.Observations[0].Detail.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"eu-west\"")]
    [InlineData("""{"v":1}""")]
    [InlineData("{\"v\":1,")]
    public void Garbage_is_not_read(string json)
    {
        Assert.False(StateJson.TryReadOverride(Encoding.UTF8.GetBytes(json), out _));
        Assert.False(StateJson.TryReadReport(Encoding.UTF8.GetBytes(json), out _));
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"state\":\"up\"", "\"state\":\"sideways\"")]
    [InlineData("\"percent\":40", "\"percent\":101")]
    [InlineData("\"rampSeconds\":1.5", "\"rampSeconds\":-1")]
    [InlineData("\"rampSeconds\":1.5", "\"rampSeconds\":1e300")]
    [InlineData("\"owner\":\"ops\"", "\"owner\":null")]
    [InlineData("\"target\":\"www.example.org.@eu-west\",", "")]
    [InlineData("\"revision\":\"001795000000000-000000-a\"", "\"revision\":\"newest\"")]
    public void Override_that_is_not_understood_is_not_read(string part, string changed)
    {
        string json = Encoding.UTF8.GetString(StateJson.Write(Full));
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.False(StateJson.TryReadOverride(Encoding.UTF8.GetBytes(json.Replace(part, changed, StringComparison.Ordinal)), out _));
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"verdict\":\"down\"", "\"verdict\":\"ill\"")]
    [InlineData("\"node\":\"a\"", "\"node\":\"\"")]
    [InlineData("\"boot\":1", "\"boot\":-1")]
    [InlineData("\"observations\":[", "\"observations\":[null,")]
    public void Report_that_is_not_understood_is_not_read(string part, string changed)
    {
        string json = Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("a", 1, 1, StateWorld.Down())));
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.False(StateJson.TryReadReport(Encoding.UTF8.GetBytes(json.Replace(part, changed, StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void Field_added_by_a_later_program_of_the_same_version_does_no_harm()
    {
        string json = Encoding.UTF8.GetString(StateJson.Write(Full)).Replace("{\"v\":1", "{\"ticket\":\"T1\",\"v\":1", StringComparison.Ordinal);
        Assert.True(StateJson.TryReadOverride(Encoding.UTF8.GetBytes(json), out OperatorOverride? value));
        Assert.Equal(Full, value);
    }

    [Fact]
    public void Any_bytes_are_refused_or_read_but_never_thrown_at()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] report = StateJson.Write(StateWorld.Report("a", 1, 1, StateWorld.Down())), value = StateJson.Write(Full);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] bytes = [.. random.Next(2) == 0 ? report : value];
            for (int i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Exception? thrown = Record.Exception(() => { StateJson.TryReadReport(bytes, out _); StateJson.TryReadOverride(bytes, out _); });
            Assert.True(thrown is null, $"seed {seed}, round {round}: {thrown}");
        }
    }
}
