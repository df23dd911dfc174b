using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The parent's NS set and glue against the zone's own (RFC 1034 section 4.2.2: the two must be the same).</summary>
internal static class DelegationChecks
{
    public static IEnumerable<Finding> Of(DomainName zone, ParentView parent, IReadOnlyList<ServerView> servers)
    {
        if (parent.Problem is { } problem)
        {
            yield return Finding.Fail("parent", parent.Parent, problem, "check the address given with --parent, and that it serves the zone above");
            yield break;
        }

        if (parent.Names.Count == 0)
        {
            yield return Finding.Fail("delegation", parent.Parent, $"no NS records for {zone}: nobody is led here", "add the zone's NS records, and glue for names inside it, to the parent zone");
            yield break;
        }

        yield return Finding.Ok("delegation", parent.Parent, $"NS {string.Join(' ', parent.Names)}");
        if (servers.FirstOrDefault(s => s.Serves) is not { } source)
        {
            yield break;
        }

        foreach (Finding finding in NameServers(zone, parent, source))
        {
            yield return finding;
        }

        foreach (DomainName name in parent.Names.Where(n => n.IsAtOrBelow(zone)))
        {
            yield return Glue(name, [.. parent.Glue[name]], source.Addresses.GetValueOrDefault(name, []));
        }
    }

    private static IEnumerable<Finding> NameServers(DomainName zone, ParentView parent, ServerView source)
    {
        DomainName[] own = [.. ServerView.NameServersIn(source.Names.Message?.Answer ?? [], zone)];
        DomainName[] onlyParent = [.. parent.Names.Except(own)], onlyZone = [.. own.Except(parent.Names)];
        if (own.Length == 0)
        {
            yield return Finding.Fail("ns", source.Name, "the zone has no NS records of its own", "add them to the zone file, the same as at the parent");
        }
        else if (onlyParent.Length + onlyZone.Length == 0)
        {
            yield return Finding.Ok("ns", "", "the zone has the same NS records as the parent");
        }

        if (own.Length > 0 && onlyParent.Length > 0)
        {
            yield return Finding.Warn("ns", "", $"only the parent names {string.Join(' ', onlyParent)}", "add them to the zone, or have them removed at the parent");
        }

        if (onlyZone.Length > 0 && own.Length > 0)
        {
            yield return Finding.Warn("ns", "", $"only the zone names {string.Join(' ', onlyZone)}", "have them added at the parent, or remove them from the zone");
        }

        if (parent.Names.Count == 1)
        {
            yield return Finding.Warn("ns", "", "one name server alone: when it is gone, so is the zone", "delegate to a second one in another place (RFC 2182)");
        }
    }

    private static Finding Glue(DomainName name, IReadOnlyList<IPAddress> glue, IReadOnlyList<IPAddress> own)
    {
        IPAddress[] missing = [.. own.Except(glue)], wrong = [.. glue.Except(own)];
        return (glue.Count, own.Count, wrong.Length, missing.Length) switch
        {
            (0, _, _, _) => Finding.Fail("glue", $"{name}", "the parent has no address for this name, which only the zone itself could tell", $"add glue at the parent: {Words(own)}"),
            (_, 0, _, _) => Finding.Fail("glue", $"{name}", $"the parent says {Words(glue)}, the zone has no address for it", "add its A or AAAA record to the zone"),
            (_, _, > 0, _) => Finding.Fail("glue", $"{name}", $"the parent says {Words(glue)}, the zone {Words(own)}", $"change the glue at the parent to {Words(own)}"),
            (_, _, _, > 0) => Finding.Warn("glue", $"{name}", $"the parent lacks {Words(missing)}", "add them to the glue at the parent"),
            _ => Finding.Ok("glue", $"{name}", $"{Words(glue)}, as in the zone"),
        };
    }

    private static string Words(IReadOnlyList<IPAddress> addresses) => addresses.Count == 0 ? "nothing" : string.Join(' ', addresses);
}
