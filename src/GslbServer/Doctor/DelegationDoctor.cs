using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Looks at a delegation as resolvers do: asks the parent, then every name server that it names, and judges what they said.</summary>
internal static class DelegationDoctor
{
    private const int DnsPort = 53;

    /// <summary>Name servers that are looked at: more than any delegation has (13 for the root).</summary>
    private const int MaxServers = 32;

    /// <param name="parent">Null: found by the system's resolver.</param>
    /// <param name="servers">Asked instead of the addresses that the delegation leads to; empty: those.</param>
    public static async Task<DoctorReport> ExamineAsync(DomainName zone, IPEndPoint? parent, IReadOnlyList<IPEndPoint> servers, DateTimeOffset now, CancellationToken cancel)
    {
        var resolver = new SystemResolver();
        ParentView above = await AskParentAsync(zone, parent, resolver, cancel);
        var unresolved = new List<Finding>();
        (string Name, IPEndPoint At)[] asked = servers.Count > 0 ? [.. servers.Select(s => ($"{s}", s))] : await ServersAsync(zone, above, resolver, unresolved, cancel);
        ServerView[] views = await Task.WhenAll(asked.Take(MaxServers).Select(s => ServerView.AskAsync(s.Name, s.At, zone, above.Names, cancel)));
        Finding[] findings =
        [
            .. DelegationChecks.Of(zone, above, views),
            .. unresolved,
            .. views.SelectMany(view => ServerChecks.Of(zone, view)),
            .. AgreementChecks.Of(zone, views),
            .. SigningChecks.Of(zone, above, views, now),
        ];
        return new DoctorReport($"{zone}", above.Parent, findings.All(f => f.Level != FindingLevel.Fail), findings);
    }

    private static async Task<ParentView> AskParentAsync(DomainName zone, IPEndPoint? parent, SystemResolver resolver, CancellationToken cancel)
    {
        if (parent is not null)
        {
            return await ParentView.AskAsync(parent, zone, cancel);
        }

        (IPEndPoint? found, string problem) = await resolver.FindParentAsync(zone, cancel);
        return found is null ? ParentView.Nothing("", problem) : await ParentView.AskAsync(found, zone, cancel);
    }

    /// <summary>Where the delegation leads: glue for names inside the zone, what the resolver knows for others.</summary>
    private static async Task<(string Name, IPEndPoint At)[]> ServersAsync(DomainName zone, ParentView parent, SystemResolver resolver, List<Finding> unresolved, CancellationToken cancel)
    {
        var servers = new List<(string, IPEndPoint)>();
        foreach (DomainName name in parent.Names)
        {
            IReadOnlyList<IPAddress> addresses = [.. parent.Glue[name].Distinct()];
            if (addresses.Count == 0 && !name.IsAtOrBelow(zone))
            {
                addresses = await resolver.AddressesAsync(name, cancel);
                if (addresses.Count == 0)
                {
                    unresolved.Add(Finding.Fail("address", $"{name}", "has no address that the system's resolver knows", "see that its A and AAAA records exist, or give addresses with --server"));
                }
            }

            servers.AddRange(addresses.Select(address => (addresses.Count == 1 ? $"{name}" : $"{name}/{address}", new IPEndPoint(address, DnsPort))));
        }

        return [.. servers];
    }
}
