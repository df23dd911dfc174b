namespace GslbServer.Tests.Cli;

public sealed class CaptureSettingsTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Without_options_nothing_is_written_down() => Assert.False(_run.Serve().Options.Capture.IsOn);

    [Theory]
    [InlineData("/tmp/a.dnstap")]
    [InlineData("unix:/run/dnstap.sock")]
    [InlineData("tcp:127.0.0.1:6000")]
    [InlineData("tcp:[::1]:6000")]
    public void Accepts_targets_of_dnstap(string text)
    {
        (NodeOptions options, List<string> errors) = _run.Serve(("dnstap", text), ("dnstap-sample", "10"));
        Assert.Empty(errors);
        Assert.Equal((text, 10), (options.Capture.Dnstap!.ToString(), options.Capture.DnstapSample));
    }

    [Theory]
    [InlineData("dnstap", "tcp:127.0.0.1", "expected ADDR:PORT")]
    [InlineData("dnstap", "tcp:127.0.0.1:0", "port 0 is nobody's")]
    [InlineData("dnstap", "unix:", "expected unix:PATH")]
    [InlineData("dnstap", "/no/such/folder/a.dnstap", "there is no such folder")]
    [InlineData("query-log", "/no/such/folder/q.json", "there is no such folder")]
    [InlineData("query-log", "/tmp", "is a folder; expected a file")]
    [InlineData("query-log-sample", "0", "expected a number from 1")]
    [InlineData("query-log-sample", "10", "is for --query-log; give that or leave this out")]
    [InlineData("dnstap-sample", "10", "is for --dnstap; give that or leave this out")]
    public void Rejects_what_cannot_be(string name, string text, string problem) =>
        Assert.Contains(_run.Serve((name, text)).Errors, error => error.Contains(problem, StringComparison.Ordinal));
}
