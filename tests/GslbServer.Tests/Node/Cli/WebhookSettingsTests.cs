namespace GslbServer.Tests.Cli;

public sealed class WebhookSettingsTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Accepts_several_webhooks_and_kinds()
    {
        (NodeOptions options, List<string> errors) = _run.Serve(("webhook", "https://a.example/x,y"), ("webhook", "http://b.example/"), ("webhook-events", "transition,override"));
        Assert.Empty(errors);
        Assert.Equal(["https://a.example/x,y", "http://b.example/"], options.Webhooks.Urls.Select(url => url.ToString()));
        Assert.Equal(["transition", "override"], options.Webhooks.Events);
    }

    [Theory]
    [InlineData("webhook", "alerts.example", "expected a URL such as")]
    [InlineData("webhook", "ftp://alerts.example/", "expected a URL such as")]
    [InlineData("webhook-events", "everything", "expected kinds of events: circuit, damping")]
    [InlineData("webhook-events", "reload", "is for --webhook; give that or leave this out")]
    [InlineData("webhook-secret-file", "/no/such/file", "cannot be read")]
    public void Rejects_what_cannot_be(string name, string text, string problem) =>
        Assert.Contains(_run.Serve((name, text)).Errors, error => error.Contains(problem, StringComparison.Ordinal));
}
