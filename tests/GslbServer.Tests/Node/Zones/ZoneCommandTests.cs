using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Zones;

/// <summary><c>gslb zone</c> as somebody runs it.</summary>
public sealed class ZoneCommandTests : IDisposable
{
    private const string Zone = """
        @ 300 SOA ns1 hostmaster 1 3600 600 86400 30
          300 NS ns1
        ns1 300 A 192.0.2.53
        us 300 REGION 39 -77
           300 A 192.0.2.10
        www 30 STEER geo us ; where it is
        www 30 A 192.0.2.99
        """;

    private readonly CommandRun _run = new();
    private readonly string _file;

    public ZoneCommandTests() => _file = _run.WriteFile("zones/example.org.zone", Zone + "\n");

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_file_is_formatted_in_place_once()
    {
        Assert.Equal(1, await _run.RunAsync("zone", "fmt", "--check", _file));
        Assert.Equal(Zone + "\n", await File.ReadAllTextAsync(_file));
        Assert.Equal(0, await _run.RunAsync("zone", "fmt", _file));
        Assert.Contains("www  30  STEER   geo us", await File.ReadAllTextAsync(_file), StringComparison.Ordinal);
        Assert.Contains("; where it is", await File.ReadAllTextAsync(_file), StringComparison.Ordinal);
        Assert.Equal(0, await _run.RunAsync("zone", "fmt", "--check", _file));
    }

    [Fact]
    public async Task A_file_with_errors_stays_as_it_is()
    {
        string bad = _run.WriteFile("bad.org.zone", "@ 300 SOA ns1 hostmaster 1 3600 600 86400 30\nwww  A nonsense\n");
        Assert.Equal(1, await _run.RunAsync("zone", "fmt", bad));
        Assert.Contains(_run.Errors, error => error.StartsWith($"gslb: {bad}:2:", StringComparison.Ordinal));
        Assert.Contains("www  A nonsense", await File.ReadAllTextAsync(bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_says_what_is_hardly_meant()
    {
        Assert.Equal(1, await _run.RunAsync("zone", "lint", _file));
        Assert.Contains("www.example.org. has no check=: its targets count as up whatever happens", _run.Out, StringComparison.Ordinal);
        Assert.Contains($"{_file}:6:1: www.example.org. has one target: there is nothing to fail over to", _run.Out, StringComparison.Ordinal);
        Assert.Contains($"{_file}: is not formatted; gslb zone fmt {_file} does it", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_is_exported_as_other_servers_read_it()
    {
        Assert.Equal(0, await _run.RunAsync("zone", "export", "example.org", "--zones", Path.GetDirectoryName(_file)!, "--rfc3597"));
        string[] lines = _run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("example.org. 300 IN SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 30", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("www.example.org. 30 IN TYPE65303 \\# ", StringComparison.Ordinal));
        Assert.DoesNotContain("STEER", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_steering_there_are_its_static_records()
    {
        Assert.Equal(0, await _run.RunAsync("zone", "export", "--zones", Path.GetDirectoryName(_file)!, "--static"));
        Assert.Contains("www.example.org. 30 IN A 192.0.2.99", _run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("STEER", _run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("REGION", _run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gslb: zone example.net. is not here; there are example.org.", "example.net")]
    [InlineData("gslb: \"a..b\" is no zone name", "a..b")]
    public async Task A_zone_that_is_not_there_is_told(string error, string zone)
    {
        Assert.Equal(1, await _run.RunAsync("zone", "export", zone, "--zones", Path.GetDirectoryName(_file)!));
        Assert.StartsWith(error, _run.Errors[0], StringComparison.Ordinal);
    }
}
