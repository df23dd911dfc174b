namespace GslbServer;

/// <summary><c>gslb webhook</c>.</summary>
internal sealed class WebhookCommand : CliCommand
{
    public WebhookCommand(CliHost host)
        : base("webhook", "Try webhooks", "gslb webhook test https://alerts.example/gslb --secret-file webhook.secret") => Subcommands.Add(new WebhookTestCommand(host));
}
