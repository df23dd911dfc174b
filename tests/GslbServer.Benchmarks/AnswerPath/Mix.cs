namespace GslbServer.Benchmarks;

/// <summary>What is asked.</summary>
internal enum Mix
{
    /// <summary>A of a random static name.</summary>
    Static,

    /// <summary>A of a name that does not exist: twelve random letters.</summary>
    NxDomain,

    /// <summary>A of a random steered name, without Client Subnet.</summary>
    Steered,

    /// <summary>A of a random steered name, with a random /24 as Client Subnet.</summary>
    SteeredSubnet,
}
