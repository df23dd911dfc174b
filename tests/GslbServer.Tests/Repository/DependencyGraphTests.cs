using System.Xml.Linq;

namespace GslbServer.Tests.Repository;

/// <summary>The rooms of the house know only who they may (src/README.md).</summary>
public sealed class DependencyGraphTests
{
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["GslbServer.Dns"] = ([], []),
        ["GslbServer.Steering"] = ([], []),
        ["GslbServer.State"] = (["GslbServer.Steering"], ["StackExchange.Redis"]),
        ["GslbServer.Probing"] = (["GslbServer.Steering"], ["Quartz"]),
        ["GslbServer.Listeners"] = ([], []),
        ["GslbServer.Telemetry"] = ([], ["OpenTelemetry.Exporter.OpenTelemetryProtocol"]),
        ["GslbServer.Xdp"] = ([], []),
        ["GslbServer"] = (["GslbServer.Listeners", "GslbServer.Telemetry", "GslbServer.Xdp", "GslbServer.Dns", "GslbServer.Steering", "GslbServer.State", "GslbServer.Probing"], ["System.CommandLine", "Microsoft.AspNetCore.OpenApi", "YamlDotNet"]),
        ["GslbServer.Balancer"] = (["GslbServer.Listeners", "GslbServer.Telemetry", "GslbServer.State", "GslbServer.Steering"], ["Yarp.ReverseProxy"]),
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Fact]
    public void Every_project_below_src_has_its_place_in_the_graph() =>
        Assert.Equal(Allowed.Keys.Order(), Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src"))
            .Where(d => Directory.EnumerateFiles(d, "*.csproj").Any()).Select(d => Path.GetFileName(d)).Order());

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_what_it_may(string room)
    {
        XDocument project = XDocument.Parse(RepositoryFiles.Read($"src/{room}/{room}.csproj"));
        Assert.Empty(References(project, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p)).Except(Allowed[room].Projects));
        Assert.Empty(References(project, "PackageReference").Except(Allowed[room].Packages));
    }

    [Theory]
    [InlineData("GslbServer.Dns")]
    [InlineData("GslbServer.Steering")]
    public void The_leaves_do_no_input_or_output_and_read_no_clock(string room)
    {
        string[] forbidden = ["System.IO", "File.", "new Socket", "UdpClient", "HttpClient", "TimeProvider", "Stopwatch", "ILogger", "Environment.", "Console."];
        foreach (string file in RepositoryFiles.Sources($"src/{room}"))
        {
            string[] code = [.. File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))];
            Assert.All(forbidden, f => Assert.DoesNotContain(code, l => l.Contains(f, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Every_package_says_why_it_is_there()
    {
        string[] lines = RepositoryFiles.Read("Directory.Packages.props").Split('\n');
        string[] unexplained = [.. lines.Index()
            .Where(l => l.Item.Contains("<PackageVersion", StringComparison.Ordinal))
            .Where(l => !lines[..l.Index].Reverse().SkipWhile(p => p.Contains("<PackageVersion", StringComparison.Ordinal)).First().Contains("-->", StringComparison.Ordinal))
            .Select(l => l.Item.Trim())];
        Assert.Empty(unexplained);
    }

    private static IEnumerable<string> References(XDocument project, string kind) => project.Descendants(kind).Select(r => (string)r.Attribute("Include")!);
}
