namespace GslbServer.Dns;

/// <summary>Response codes (RFC 1035 section 4.1.1, RFC 6891 section 9); values above 15 need an OPT record.</summary>
public enum Rcode : ushort
{
    NoError = 0, FormErr = 1, ServFail = 2, NxDomain = 3, NotImp = 4, Refused = 5,

    /// <summary>A DNAME's substitution made a name longer than 255 octets (RFC 6672 section 2.2), or a name is there that an update wants not to be (RFC 2136 section 2.2).</summary>
    YxDomain = 6,

    /// <summary>An RRset is there that an update wants not to be (RFC 2136 section 2.2).</summary>
    YxRRset = 7,

    /// <summary>An RRset is not there, or not as an update wants it (RFC 2136 section 2.2).</summary>
    NxRRset = 8,

    /// <summary>Not a zone of ours (RFC 1996 section 3.10, RFC 5936 section 2.2.1), or a signature that is not good (RFC 8945 section 5.2).</summary>
    NotAuth = 9,

    /// <summary>A name of an update is not in its zone (RFC 2136 section 2.2).</summary>
    NotZone = 10,

    BadVers = 16,

    /// <summary>The sender shall show a server cookie first, which comes with it (RFC 7873 section 8).</summary>
    BadCookie = 23,
}
