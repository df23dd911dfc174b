namespace GslbServer.Dns;

/// <summary>The second 16 bits of a message header (RFC 1035 section 4.1.1, RFC 4035 section 3.1.6).</summary>
internal static class HeaderFlags
{
    public const ushort Response = 0x8000;
    public const ushort OpcodeMask = 0x7800;
    public const ushort Notify = 0x2000; // opcode 4 (RFC 1996)
    public const ushort Update = 0x2800; // opcode 5 (RFC 2136)
    public const ushort Authoritative = 0x0400;
    public const ushort Truncated = 0x0200;
    public const ushort RecursionDesired = 0x0100;
    public const ushort CheckingDisabled = 0x0010;

    /// <summary>What a response repeats of the query's flags; RA, AD and the reserved bit stay clear.</summary>
    public static ushort Echo(ushort queryFlags) => (ushort)(Response | (queryFlags & (OpcodeMask | RecursionDesired | CheckingDisabled)));

    /// <summary>The same where the opcode is not implemented, so that nobody knows what its flags mean.</summary>
    public static ushort EchoUnknown(ushort queryFlags) => (ushort)(Response | (queryFlags & OpcodeMask));
}
