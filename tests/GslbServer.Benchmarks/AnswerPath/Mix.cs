namespace GslbServer.Benchmarks;

/// <summary>What is asked.</summary>
internal enum Mix
{
    /// <summary>A of a random static name.</summary>
    Static,

    /// <summary>The same with a client cookie, which the answer completes.</summary>
    StaticClientCookie,

    /// <summary>The same with a good server cookie, as a resolver sends it from its second query on.</summary>
    StaticCookie,

    /// <summary>A of a name that does not exist: twelve random letters.</summary>
    NxDomain,

    /// <summary>A of a random steered name, without Client Subnet.</summary>
    Steered,

    /// <summary>A of a random steered name, with a random /24 as Client Subnet.</summary>
    SteeredSubnet,
}
