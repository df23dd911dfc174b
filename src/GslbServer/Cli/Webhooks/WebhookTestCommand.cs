using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb webhook test URL</c>: one delivery of an event that never was, from here; no node is asked or told.</summary>
internal sealed class WebhookTestCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string> _url = new("URL") { Description = "The webhook" };
    private readonly Option<string?> _secret = new("--secret-file") { HelpName = "FILE", Description = "As --webhook-secret-file of gslb serve [default: unsigned]" };
    private readonly Option<bool> _json = new("--json") { Description = "The outcome, as JSON" };

    public WebhookTestCommand(CliHost host)
        : base("test", "Deliver a test event to a webhook, once, and say what it answered", "gslb webhook test https://alerts.example/gslb --secret-file webhook.secret")
    {
        Notes = ["The event has the kind test and goes to this URL alone."];
        ExitCodes = ExitCode.Verdict("the webhook took it: a status from 200 to 299", "it did not");
        _host = host;
        Arguments.Add(_url);
        Options.Add(_secret);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        string text = line.GetRequiredValue(_url);
        if (WebhookSettings.Url(text, out Uri url) is { } problem)
        {
            throw new CliException($"{text}: {problem}");
        }

        if (line.GetValue(_secret) is { } file && WebhookSecrets.Read(file, out _) is { } wrong)
        {
            throw new CliException($"{file}: {wrong}");
        }

        DateTimeOffset now = _host.Time.GetUtcNow();
        var e = new NodeEvent(0, now, "test", "gslb webhook test", null, null, "nothing has changed; somebody wants to see whether this arrives");
        var message = WebhookMessage.Of(e, string.Create(CultureInfo.InvariantCulture, $"test-{now.ToUnixTimeMilliseconds()}"), "gslb", Environment.MachineName, null);
        using var endpoint = new WebhookEndpoint(url, line.GetValue(_secret), _host.Time, new Random(0), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        long begin = _host.Time.GetTimestamp();
        (HttpStatusCode? status, string? failure) = await endpoint.TryAsync(message, cancel);
        double seconds = Math.Round(_host.Time.GetElapsedTime(begin).TotalSeconds, 3);
        bool isTaken = WebhookEndpoint.IsTaken(status);
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(new Outcome(message.Id, isTaken, (int?)status, failure, seconds), AdminJson.Indented));
        }
        else
        {
            await _host.Out.WriteLineAsync($"sent  {Encoding.UTF8.GetString(message.Body)}");
            await _host.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(isTaken ? "taken" : "not taken")}: {failure ?? $"status {(int)status!}"} after {seconds} s"));
        }

        return isTaken ? 0 : 1;
    }

    private sealed record Outcome(string Id, bool Taken, int? Status, string? Problem, double Seconds);
}
