using System.Diagnostics.CodeAnalysis;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Names as people type them: characters beyond ASCII are the octets of UTF-8, as in a zone file that an editor of today wrote.</summary>
internal static class TypedName
{
    public static bool TryParse(string text, [NotNullWhen(true)] out DomainName? name, [NotNullWhen(false)] out string? error) =>
        DomainName.TryParse(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)), DomainName.Root, out name, out error);
}
