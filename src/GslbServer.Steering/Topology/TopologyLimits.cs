namespace GslbServer.Steering;

/// <summary>Bounds of the zone language and of what is made from it.</summary>
internal static class TopologyLimits
{
    /// <summary>One bit per target in the masks of the query path.</summary>
    public const int TargetsPerName = 64;

    /// <summary>A query walks down nested names; people lose sight of them far earlier.</summary>
    public const int NestingDepth = 8;

    /// <summary>One bit per address in the masks of health; far beyond the 8 that an answer holds.</summary>
    public const int AddressesPerRegion = 64;

    /// <summary>RFC 7871 section 11.1: scopes no longer than this protect clients' privacy.</summary>
    public const int PersistIPv4 = 24;

    public const int PersistIPv6 = 56;

    /// <summary>What a change of health takes to be in force on every node, once judged.</summary>
    public static readonly TimeSpan Publication = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan ShortestEvery = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan LongestEvery = TimeSpan.FromHours(1);

    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);

    public static readonly TimeSpan LongestRamp = TimeSpan.FromDays(1);
}
