using System.Security.Cryptography;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

internal static class ZoneHashes
{
    /// <summary>One hash of all zones, 16 hexadecimal digits, whatever order they were loaded in.</summary>
    public static string Of(ZoneSet zones)
    {
        string all = string.Join('\n', zones.Zones.Select(z => $"{z.Apex} {z.Hash}").Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
    }
}
