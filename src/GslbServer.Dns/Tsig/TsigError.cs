namespace GslbServer.Dns;

/// <summary>The ERROR field of a TSIG record (RFC 8945 section 4.3 and 5.2).</summary>
public enum TsigError : ushort
{
    None = 0,

    /// <summary>The MAC is not that of the message.</summary>
    BadSig = 16,

    /// <summary>A key that we do not have, or with another algorithm.</summary>
    BadKey = 17,

    /// <summary>Signed too long ago, or in the future, by our clock.</summary>
    BadTime = 18,

    /// <summary>The MAC is right and shorter than we accept.</summary>
    BadTrunc = 22,
}
