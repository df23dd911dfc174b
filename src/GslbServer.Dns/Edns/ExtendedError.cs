namespace GslbServer.Dns;

/// <summary>Why an answer is what it is (RFC 8914), told to EDNS clients alone. Each stands for an INFO-CODE and its text.</summary>
public enum ExtendedError : byte
{
    /// <summary>Nothing to say.</summary>
    None,

    /// <summary>20: the name is in none of our zones.</summary>
    NotAuthoritative,

    /// <summary>18: this client may not ask that.</summary>
    Prohibited,

    /// <summary>21: an opcode or type that is not implemented.</summary>
    NotSupported,

    /// <summary>0: steering has nothing that serves, and the policy says to fail.</summary>
    AllTargetsDown,

    /// <summary>3: the state shared with other nodes has not been heard of lately, and the answer goes by what is remembered.</summary>
    StaleState,

    /// <summary>10: signing is overloaded, and this answer was not signed before.</summary>
    SignatureShed,
}

/// <summary>The option's data: INFO-CODE and EXTRA-TEXT.</summary>
internal static class ExtendedErrorOption
{
    /// <summary>Octets of the code; no text is longer than 28 octets, so that OPT with every option fits in 512 octets.</summary>
    public const int CodeLength = 2;

    public static int Length(ExtendedError error) => CodeLength + TextOf(error).Length;

    public static ushort CodeOf(ExtendedError error) => error switch
    {
        ExtendedError.NotAuthoritative => 20,
        ExtendedError.Prohibited => 18,
        ExtendedError.NotSupported => 21,
        ExtendedError.StaleState => 3,
        ExtendedError.SignatureShed => 10,
        _ => 0,
    };

    /// <summary>Only where the code alone says too little: an attacker's forged queries are answered too.</summary>
    public static ReadOnlySpan<byte> TextOf(ExtendedError error) => error switch
    {
        ExtendedError.AllTargetsDown => "all targets are down"u8,
        ExtendedError.StaleState => "health may be out of date"u8,
        ExtendedError.SignatureShed => "signing is overloaded"u8,
        _ => default,
    };
}
