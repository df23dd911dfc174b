namespace GslbServer.Steering;

/// <summary>One backend as its balancer sees it: for people, nothing is decided by it.</summary>
/// <param name="State"><c>up</c>, <c>down</c> (by its checks), <c>ejected</c> (by its answers), <c>drained</c> (by an operator) or <c>unknown</c> (not checked yet).</param>
/// <param name="InFlight">Requests that it is answering now.</param>
public sealed record BackendLoad(string Cluster, string Name, string State, int InFlight)
{
    /// <summary>Of one balancer; of more those are told that do not serve, and then the busiest.</summary>
    public const int Most = 16;

    /// <summary>Characters of a name; of longer ones the end is left out.</summary>
    public const int MaxName = 48;

    public static readonly IReadOnlyList<string> States = ["up", "down", "ejected", "drained", "unknown"];

    /// <summary>Those that are told, by name.</summary>
    public static IReadOnlyList<BackendLoad> Told(IEnumerable<BackendLoad> all) =>
    [
        .. all.OrderBy(one => one.State == "up").ThenByDescending(one => one.InFlight).Take(Most).Select(one => one with { Cluster = Cut(one.Cluster), Name = Cut(one.Name) })
            .OrderBy(one => one.Cluster, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal),
    ];

    private static string Cut(string name) => name.Length <= MaxName ? name : name[..(MaxName - 1)] + "\u2026";
}
