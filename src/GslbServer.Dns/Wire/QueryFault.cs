namespace GslbServer.Dns;

/// <summary>What is wrong with a query, for whoever counts.</summary>
public enum QueryFault : byte
{
    None,

    /// <summary>Shorter than a header.</summary>
    TooShort,

    /// <summary>A response, which is never answered.</summary>
    NotAQuery,

    /// <summary>An opcode that is not implemented.</summary>
    Opcode,

    /// <summary>Not exactly one question (RFC 9619).</summary>
    Questions,

    /// <summary>A compression pointer in the question: nothing stands before it, so it points at itself, ahead, or at the header.</summary>
    Pointer,

    /// <summary>A label or name that is too long.</summary>
    Name,

    /// <summary>It ends within a name or a record.</summary>
    Truncated,

    /// <summary>Octets behind what the header announces.</summary>
    TrailingOctets,

    /// <summary>A second OPT, one in the wrong place, or options that do not add up.</summary>
    Opt,

    /// <summary>An EDNS version that is not ours; no fault of the sender's.</summary>
    EdnsVersion,

    /// <summary>A TSIG that is not the last record (RFC 8945 section 5.1).</summary>
    Tsig,

    /// <summary>A Client Subnet that is none (RFC 7871 section 7.1.2).</summary>
    Subnet,

    /// <summary>A COOKIE of a length that none has (RFC 7873 section 5.2.2).</summary>
    Cookie,
}
