namespace GslbServer.Dns;

/// <summary>The names in class CHAOS that ask a server about itself (RFC 4892; the <c>.bind</c> forms are BIND's, which everybody asks).</summary>
internal static class ChaosName
{
    /// <returns>The text that answers, or null when this name means nothing.</returns>
    public static string? TextOf(ReadOnlySpan<byte> name, ServerIdentity identity)
    {
        if (NameOctets.EqualsIgnoreCase(name, "\u0002id\u0006server\0"u8) || NameOctets.EqualsIgnoreCase(name, "\u0008hostname\u0004bind\0"u8)) return identity.Id;
        if (NameOctets.EqualsIgnoreCase(name, "\u0007version\u0004bind\0"u8) || NameOctets.EqualsIgnoreCase(name, "\u0007version\u0006server\0"u8)) return identity.Version;
        return null;
    }
}
