namespace GslbServer.Steering;

/// <summary>What a region's balancers say, for people.</summary>
internal static class RegionNewsText
{
    public const string Draining = "its balancers are draining", NotServing = "its balancers have no live backend";

    /// <summary>Null for no news.</summary>
    public static string? Of(RegionNews news) => news switch
    {
        RegionNews.Draining => Draining,
        RegionNews.NotServing => NotServing,
        _ => null,
    };
}
