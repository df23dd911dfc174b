using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Reads the options of transfers.</summary>
internal static class TransferSettings
{
    private const string KeyPrefix = "key:";

    public static TransferOptions Read(SettingReader read) => new()
    {
        KeyFile = read.ExistingFile("tsig-keys"),
        Allow = read.Many<TransferRule>("transfer-allow", Rule) ?? [],
        WithSteering = read.One<string>("transfer-steering", ServeOptions.YesOrNo) != "no",
        Notify = read.Many<ZonePeer>("notify", AnyZonePeer) ?? [],
        Secondary = read.Many<ZonePeer>("secondary", ZonePeerOf) ?? [],
        Updates = read.Many<UpdateGrant>("update-allow", UpdateGrant.TryParse) ?? [],
        Catalogs = read.Many<ZonePeer>("catalog", ZonePeerOf) ?? [],
    };

    private static string? Rule(string text, out TransferRule rule)
    {
        rule = new TransferRule(null, null);
        if (text.StartsWith(KeyPrefix, StringComparison.Ordinal))
        {
            string? wrong = Name(text[KeyPrefix.Length..], out DomainName? key);
            rule = new TransferRule(null, key);
            return wrong;
        }

        string? problem = ServeOptions.Network(text, out IPNetwork network);
        rule = new TransferRule(network, null);
        return problem is null ? null : "expected a CIDR such as 192.0.2.0/24, or key:NAME of a key in --tsig-keys";
    }

    private static string? ZonePeerOf(string text, out ZonePeer peer) => Peer(text, isZoneNeeded: true, out peer);

    private static string? AnyZonePeer(string text, out ZonePeer peer) => Peer(text, isZoneNeeded: false, out peer);

    private static string? Peer(string text, bool isZoneNeeded, out ZonePeer peer)
    {
        peer = new ZonePeer(null, new IPEndPoint(IPAddress.None, 0), null);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        DomainName? zone = null, key = null;
        if (equals >= 0 && Name(text[..equals], out zone) is { } badZone)
        {
            return badZone;
        }

        if (isZoneNeeded && zone is null)
        {
            return "expected ZONE=ADDR:PORT or ZONE=ADDR:PORT,key:NAME";
        }

        string[] parts = text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries);
        if (ServeOptions.EndPoint(parts[0], out IPEndPoint endPoint) is { } badEndPoint)
        {
            return badEndPoint;
        }

        if (endPoint.Port == 0)
        {
            return "port 0 is nobody's; expected that of the other server, such as 53";
        }

        if (parts.Length > 2 || (parts.Length == 2 && !parts[1].StartsWith(KeyPrefix, StringComparison.Ordinal)))
        {
            return $"'{parts[^1]}' behind the address; expected nothing or key:NAME";
        }

        if (parts.Length == 2 && Name(parts[1][KeyPrefix.Length..], out key) is { } badKey)
        {
            return badKey;
        }

        peer = new ZonePeer(zone, endPoint, key);
        return null;
    }

    private static string? Name(string text, out DomainName? name)
    {
        bool isName = DomainName.TryParse(text, DomainName.Root, out name, out string? error);
        return isName ? null : $"'{text}' is no domain name: {error}";
    }
}
