using GslbServer.Dns;

namespace GslbServer;

/// <summary>Zones as commands name them to a node.</summary>
internal static class ZoneApi
{
    public static string PathOf(DomainName zone) => "/api/v1/zones/" + Uri.EscapeDataString(zone.ToString());

    /// <param name="text">ZONE or ZONE@VERSION.</param>
    public static (DomainName Zone, int? Version) Parse(string text)
    {
        int at = text.LastIndexOf('@');
        string name = at < 0 ? text : text[..at];
        int version = 0;
        if (at >= 0 && (!int.TryParse(text.AsSpan(at + 1), out version) || version < 1))
            throw new CliException($"\"{text}\": expected ZONE or ZONE@VERSION, such as gslb.example@3");
        return DomainName.TryParse(name, DomainName.Root, out DomainName? zone, out string? error) ? (zone, at < 0 ? null : version) : throw new CliException($"\"{name}\" is no zone name: {error}");
    }

    /// <summary>The text of a zone as it is served, or of a version.</summary>
    public static async Task<string> TextAsync(AdminClient node, string reference, CancellationToken cancel)
    {
        (DomainName zone, int? version) = Parse(reference);
        string? text = version is { } number ? (await node.GetAsync($"{PathOf(zone)}/versions/{number}", cancel)).Read<ZoneVersionView>().Text : (await node.GetAsync(PathOf(zone), cancel)).Read<ZoneView>().Text;
        return text ?? throw new CliException($"the node has no text of {reference}");
    }
}
