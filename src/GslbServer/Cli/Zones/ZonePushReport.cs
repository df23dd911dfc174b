namespace GslbServer;

/// <summary>What became of a zone that was pushed, rolled back or taken back, on a terminal or as JSON.</summary>
internal static class ZonePushReport
{
    /// <param name="what">In a few words, behind the zone's name.</param>
    public static async Task WriteAsync(CliHost host, ZonePushResult result, string what, bool asJson)
    {
        if (asJson)
        {
            host.PrintJson(result);
            return;
        }

        await host.Out.WriteLineAsync($"{result.Zone} {what}");
        foreach (string store in result.Unreached)
        {
            await host.Out.WriteLineAsync(host.Terminal.Warning($"warning: store {store} cannot be reached; it gets this when it returns, and so do the nodes that read it"));
        }
    }
}
