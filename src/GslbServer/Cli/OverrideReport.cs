namespace GslbServer;

/// <summary>What became of a drain or undrain, on a terminal.</summary>
internal static class OverrideReport
{
    public static void Write(OverrideResult result, CliHost host)
    {
        if (result.State == "none")
        {
            host.Out.WriteLine(result.Reason == OverrideEndpoints.Released ? $"{result.Target}: released, clients return to it" : $"{result.Target}: override taken back");
        }
        else
        {
            string share = result.Percent == 100 ? "" : $" {result.Percent} %";
            string ramp = result.Ramp is null ? "" : $", TTLs first, then traffic over {result.Ramp}";
            string start = result.StartsAt is { } at ? $"from {at:u}" : "from now on";
            string end = result.ExpiresAt is { } until ? $"until {until:u}" : "until undrained";
            host.Out.WriteLine($"{result.Target}: {result.State}{share} {start}{ramp}, {end} (by {result.Owner}: {result.Reason})");
        }

        foreach (string warning in result.Warnings)
        {
            host.Out.WriteLine(host.Terminal.Warning("warning: " + warning));
        }

        foreach (string store in result.Unreached)
        {
            host.Out.WriteLine(host.Terminal.Warning($"warning: store {store} cannot be reached; it gets this when it returns"));
        }
    }
}
