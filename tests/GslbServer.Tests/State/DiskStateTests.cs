using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

public sealed class DiskStateTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gslb-state-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void First_start_finds_nothing_and_makes_the_directory()
    {
        var disk = new DiskState(Path.Combine(_directory, "deep", "er"), _time);
        Assert.Empty(disk.LoadOverrides());
        Assert.Empty(disk.LoadReports());
        Assert.Empty(disk.Problems);
        disk.SaveOverrides([]);
        Assert.True(Directory.Exists(disk.Directory));
    }

    [Fact]
    public void What_was_saved_is_loaded()
    {
        OperatorOverride drain = StateWorld.Drain() with { Revision = "001795000000000-000000-a" };
        new DiskState(_directory, _time).SaveOverrides([drain]);
        new DiskState(_directory, _time).SaveReports([StateWorld.Report("a", 7, 9, StateWorld.Down())]);

        var disk = new DiskState(_directory, _time);
        Assert.Equal([drain], disk.LoadOverrides());
        Assert.Equal([StateWorld.Down()], Assert.Single(disk.LoadReports()).Observations);
        Assert.Equal(["overrides.json", "reports.json"], Directory.GetFiles(_directory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Drills_are_loaded_as_they_were_whether_they_ended_or_not()
    {
        DateTimeOffset start = new(2026, 11, 28, 22, 44, 0, TimeSpan.Zero);
        var drill = new Drill("20261128T224400Z-eu-west", "eu-west", "game day", "alice", start, start.AddMinutes(10), false);
        var notes = new DrillNotes(drill.Id, "a", start, start, [new DrillMark(DrillMarks.Down, 2_500, 2_600, 2)]);
        new DiskState(_directory, _time).SaveDrills([new DrillHistory(drill, [new DrillWitness(notes, 12)]), new DrillHistory(drill, [], "bob", "stopped", EndedAt: start.AddMinutes(1))]);

        var disk = new DiskState(_directory, _time);
        IReadOnlyList<DrillHistory> loaded = disk.LoadDrills();
        Assert.Empty(disk.Problems);
        Assert.Equal([drill, drill], loaded.Select(history => history.Drill));
        Assert.Equal(notes.Marks, loaded[0].Witnesses[0].Notes.Marks);
        Assert.Equal((null, start.AddMinutes(1), "bob"), (loaded[0].EndedAt, loaded[1].EndedAt, loaded[1].EndedBy));
    }

    [Fact]
    public void Old_reports_tell_who_there_is_but_not_how_things_are()
    {
        new DiskState(_directory, _time).SaveReports([StateWorld.Report("a", 7, 9, StateWorld.Down())]);
        _time.Step(601);
        VantageReport report = Assert.Single(new DiskState(_directory, _time).LoadReports());
        Assert.Equal((7L, 9L, 0), (report.Boot, report.Sequence, report.Observations.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"v\":1,\"savedAt\":\"2026-11-20T12:00:00+00:00\",\"overrides\":[{\"v\":1")]
    [InlineData("{\"v\":2,\"savedAt\":\"2026-11-20T12:00:00+00:00\",\"overrides\":[]}")]
    [InlineData("{\"v\":1,\"savedAt\":\"2026-11-20T12:00:00+00:00\",\"overrides\":[{}]}")]
    [InlineData("{\"v\":1,\"savedAt\":\"2026-11-20T12:00:00+00:00\",\"overrides\":[null]}")]
    public void File_that_cannot_be_read_is_a_problem_and_no_exception(string text)
    {
        string file = Path.Combine(_directory, "overrides.json");
        File.WriteAllText(file, text);
        var disk = new DiskState(_directory, _time);
        Assert.Empty(disk.LoadOverrides());
        Assert.Empty(disk.LoadOverrides());
        Assert.StartsWith(file, Assert.Single(disk.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Directory_that_cannot_be_made_throws_for_the_caller_to_warn_of()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        Assert.ThrowsAny<IOException>(() => new DiskState(Path.Combine(file, "below"), _time).SaveOverrides([]));
        Assert.Empty(new DiskState(Path.Combine(file, "below"), _time).LoadOverrides());
    }
}
