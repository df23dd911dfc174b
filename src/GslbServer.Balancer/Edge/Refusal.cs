namespace GslbServer.Balancer;

/// <summary>Why a request was turned away before it reached a backend.</summary>
internal enum Refusal
{
    None,

    /// <summary>By lists of networks.</summary>
    Address,

    /// <summary>By a limit of its rate.</summary>
    Rate,

    /// <summary>By the WAF, or a guard of the hosting program.</summary>
    Guard,

    /// <summary>By an operator who drained the route.</summary>
    Drained,

    /// <summary>Because the cluster is full, or none of its backends takes more.</summary>
    Overload,
}
