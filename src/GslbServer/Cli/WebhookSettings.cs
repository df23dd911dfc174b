namespace GslbServer;

/// <summary>The options of <c>serve</c> about webhooks, from what was written.</summary>
internal static class WebhookSettings
{
    /// <param name="errors">Gets what is wrong between several of them.</param>
    public static WebhookOptions Read(SettingReader read, ServeSettings settings, List<string> errors)
    {
        foreach (string name in new[] { "webhook-secret-file", "webhook-events" })
        {
            if (settings["webhook"] is null && settings[name] is { } alone)
            {
                errors.Add($"{alone.Origin}: is for --webhook; give that or leave this out");
            }
        }

        return new WebhookOptions
        {
            Urls = read.Many<Uri>("webhook", Url) ?? [],
            SecretFile = read.One<string>("webhook-secret-file", Secrets),
            Events = read.Many<string>("webhook-events", Kind)?.SelectMany(text => text.Split(',')).Distinct().ToArray() ?? WebhookOptions.DefaultEvents,
        };
    }

    internal static string? Url(string text, out Uri value)
    {
        bool isUrl = Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Host.Length > 0;
        value = url!;
        return isUrl ? null : "expected a URL such as https://alerts.example/gslb";
    }

    internal static string? Secrets(string text, out string value)
    {
        value = text;
        return WebhookSecrets.Read(text, out _);
    }

    private static string? Kind(string text, out string value)
    {
        value = text;
        return text.Split(',').All(NodeEvent.Kinds.Contains) ? null : $"expected kinds of events: {string.Join(", ", NodeEvent.Kinds)}";
    }
}
