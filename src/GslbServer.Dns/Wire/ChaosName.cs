namespace GslbServer.Dns;

/// <summary>The names in class CHAOS that ask a server about itself (RFC 4892; the <c>.bind</c> forms are BIND's, which everybody asks).</summary>
internal static class ChaosName
{
    /// <returns>The text that answers, or null when this name means nothing.</returns>
    public static string? TextOf(ReadOnlySpan<byte> name, ServerIdentity identity)
    {
        if (AsciiCase.Equal(name, "\x02id\x06server\0"u8) || AsciiCase.Equal(name, "\x08hostname\x04bind\0"u8)) return identity.Id;
        if (AsciiCase.Equal(name, "\x07version\x04bind\0"u8) || AsciiCase.Equal(name, "\x07version\x06server\0"u8)) return identity.Version;
        return null;
    }
}
