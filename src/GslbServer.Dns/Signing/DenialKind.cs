namespace GslbServer.Dns;

/// <summary>How a signed zone proves that something is not there.</summary>
public enum DenialKind
{
    /// <summary>A chain of NSEC over the names (RFC 4034 section 4), signed ahead: no question costs a signature.</summary>
    Nsec,

    /// <summary>A chain of NSEC3 over hashed names (RFC 5155), signed ahead; SHA-1 once, no salt, no opt-out (RFC 9276).</summary>
    Nsec3,

    /// <summary>One small NSEC made for the name asked for (RFC 9824): nothing to walk along, and a signature for each name that does not exist.</summary>
    Compact,
}
