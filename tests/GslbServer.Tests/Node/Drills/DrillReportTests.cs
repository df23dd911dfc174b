using System.Net;
using System.Net.Sockets;
using System.Xml.Linq;
using GslbServer.Steering;

namespace GslbServer.Tests.Drills;

/// <summary>What is made of the notes of all nodes.</summary>
public sealed class DrillReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 22, 44, 0, TimeSpan.Zero);

    private static readonly Drill Drill = new("20261128T224400Z-eu-west", "eu-west", "game <day>", "alice", Start, Start.AddMinutes(10), false);

    private static DrillReport Report => DrillReport.Of(new DrillHistory(Drill,
    [
        new DrillWitness(Notes("node-1", Start, ("heard", 0, 30), ("failedProbe", 900, 0), ("down", 2_500, 0), ("newAnswer", 2_500, 0)), 0),
        // Five minutes ahead, and it heard of it 200 ms later.
        new DrillWitness(Notes("node-2", Start.AddMinutes(5).AddMilliseconds(200), ("heard", 0, 30), ("down", 2_400, 0)), 300_000),
    ], "bob", "stopped", EndedAt: Start.AddSeconds(70)), Topology.Empty, Start.AddMinutes(2));

    [Fact]
    public void Clocks_are_set_right_and_said_to_be_wrong()
    {
        DrillNodeReport skewed = Report.Nodes[1];
        Assert.Equal((200.0, 2_600.0), (skewed.Marks[0].FirstMs, skewed.Marks[1].FirstMs));
        Assert.Contains(Report.Warnings, warning => warning.StartsWith("the clock of node-2 is 300 s ahead of this node's", StringComparison.Ordinal));
        Assert.Contains("eu-west is no longer a region of this node's zones", Report.Warnings);
    }

    [Fact]
    public void Clocks_that_differ_by_less_than_a_message_takes_are_taken_as_they_are()
    {
        var history = new DrillHistory(Drill, [new DrillWitness(Notes("node-1", Start, ("heard", 0, 30)), 0), new DrillWitness(Notes("node-2", Start.AddMilliseconds(100), ("heard", 0, 30)), -1_400)]);
        DrillReport report = DrillReport.Of(history, Topology.Empty, Start.AddMinutes(2));
        Assert.Equal(100, report.Nodes[1].Marks[0].FirstMs);
        Assert.DoesNotContain(report.Warnings, warning => warning.Contains("clock", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, false, null, "running")]
    [InlineData(600, false, null, "ended")]
    [InlineData(120, false, 70, "stopped")]
    [InlineData(120, true, 70, "cancelled")]
    public void It_says_how_the_drill_stands(int nowSeconds, bool isCancelled, int? endedSeconds, string state) => Assert.Equal(state,
        DrillReport.Of(new DrillHistory(Drill, [], IsCancelled: isCancelled, EndedAt: endedSeconds is { } at ? Start.AddSeconds(at) : null), Topology.Empty, Start.AddSeconds(nowSeconds)).State);

    [Fact]
    public void In_words_each_node_is_a_row_with_first_and_last()
    {
        var text = new StringWriter();
        DrillText.Write(Report, text, new Terminal(false));
        string[] lines = text.ToString().Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("drill    20261128T224400Z-eu-west, stopped by bob", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("node-1  0.0 (30 s)  0.9           -          2.5   2.5", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("node-2  0.2 (30 s)  -             -          2.6   -", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_still_arrives_is_told_from_what_balancers_report()
    {
        var witness = new DrillWitness(Notes("node-1", Start, ("heard", 0, 30)) with { Traffic = [new DrillTraffic(0, 120, 200), new DrillTraffic(35_000, 3.5, 316.5), new DrillTraffic(60_000, 4, 316)] }, 0);
        DrillReport report = DrillReport.Of(new DrillHistory(Drill, [witness]), Topology.Empty, Start.AddMinutes(2));
        var text = new StringWriter();
        DrillText.Write(report, text, new Terminal(false));
        Assert.Contains("at the region  120 before, 3.5 at least (35.0 s), 4 at last", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("elsewhere      200 before, 316.5 at most, 316 at last", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, XDocument.Parse(DrillSvg.Draw(report)).Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public void The_timeline_is_an_image_whatever_names_hold()
    {
        var svg = XDocument.Parse(DrillSvg.Draw(Report with { Region = "<&\">" }));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == "node-2");
        Assert.Equal("svg", XDocument.Parse(DrillSvg.Draw(Report with { Nodes = [] })).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("")]                                                  // the header alone, and it promises an answer
    [InlineData("03777777 0000010001 C00C00010001000000140004C0")]    // cut within an address
    [InlineData("FF")]
    public async Task A_resolver_that_sends_garbage_is_a_row_that_says_so(string after)
    {
        using var resolver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        resolver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task<DrillResolverReport[]> asking = ResolverView.AskAsync([(IPEndPoint)resolver.LocalEndPoint!], Report with { Names = ["www.example.org."] }, CancellationToken.None);
        byte[] query = new byte[512];
        SocketReceiveFromResult received = await resolver.ReceiveFromAsync(query, new IPEndPoint(IPAddress.Any, 0));
        byte[] reply = [query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. Convert.FromHexString(after.Replace(" ", "", StringComparison.Ordinal))];
        await resolver.SendToAsync(reply, received.RemoteEndPoint);
        Assert.Equal("its answer cannot be read", Assert.Single(await asking).Problem);
    }

    private static DrillNotes Notes(string node, DateTimeOffset heardAt, params (string Kind, double Ms, int Value)[] marks) =>
        new(Drill.Id, node, heardAt, heardAt, [.. marks.Select(mark => new DrillMark(mark.Kind, mark.Ms, mark.Ms, 1, mark.Value))]);
}
