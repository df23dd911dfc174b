using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone as an operator types it: with or without the final dot.</summary>
internal static class ZoneArgument
{
    /// <exception cref="CliException">It is no domain name, or the root.</exception>
    public static DomainName Read(string text)
    {
        if (!DomainName.TryParse(text, DomainName.Root, out DomainName? zone, out string? error))
        {
            throw new CliException($"ZONE {text}: {error}");
        }

        return zone.IsRoot ? throw new CliException($"ZONE {text}: expected a zone below the root, such as gslb.example.org") : zone.ToLower();
    }
}
