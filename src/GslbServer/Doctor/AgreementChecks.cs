using GslbServer.Dns;

namespace GslbServer;

/// <summary>All name servers against each other: whoever is asked, the zone must be the same.</summary>
internal static class AgreementChecks
{
    /// <summary>Longer than this (RFC 2308 section 5 has one to three hours as sensible), a name that is new stays unseen for too long.</summary>
    private const uint LongNegativeTtl = 3600;

    public static IEnumerable<Finding> Of(DomainName zone, IReadOnlyList<ServerView> servers)
    {
        ServerView[] serving = [.. servers.Where(s => s.Serves)];
        if (serving.Length == 0)
        {
            return [];
        }

        return
        [
            .. serving.Length > 1 ? (Finding[])
            [
                Same(serving, "serial", s => $"{SoaRdata.Read(s.SoaRecord!.Rdata).Serial}", "wait for the reload or transfer that is under way, or see why it fails there (gslb status, the log)"),
                Same(serving, "ns", s => string.Join(' ', ServerView.NameServersIn(s.Names.Message?.Answer ?? [], zone)), "the servers have different zones: give all the same files"),
                Same(serving, "dnskey", s => string.Join(' ', Keys(s)), "give all nodes the same keys (--keys, or --keys-secret with a shared Redis)"),
            ] : [],
            NegativeTtl(serving[0]),
        ];
    }

    private static IEnumerable<string> Keys(ServerView server) => SigningChecks.KeysOf(server).Select(key => $"{key.Tag}").Order(StringComparer.Ordinal);

    private static Finding Same(ServerView[] servers, string check, Func<ServerView, string> value, string advice)
    {
        IGrouping<string, ServerView>[] groups = [.. servers.GroupBy(value)];
        return groups.Length == 1
            ? Finding.Ok(check, "", $"equal on all {servers.Length} servers" + (groups[0].Key.Length is > 0 and < 40 ? $": {groups[0].Key}" : ""))
            : Finding.Fail(check, "", string.Join("; ", groups.Select(g => $"{string.Join(' ', g.Select(s => s.Name))}: {(g.Key.Length == 0 ? "none" : g.Key)}")), advice);
    }

    private static Finding NegativeTtl(ServerView server)
    {
        uint ttl = Math.Min(server.SoaRecord!.Ttl, SoaRdata.Read(server.SoaRecord.Rdata).Minimum);
        return ttl switch
        {
            0 => Finding.Warn("negative ttl", "", "0 s: resolvers ask again for every name that does not exist", "set the SOA's minimum, and its TTL, to something between 30 and 3600"),
            > LongNegativeTtl => Finding.Warn("negative ttl", "", $"{ttl} s: who asked for a name before it was there does not see it for so long", "set the SOA's minimum to 3600 or less (RFC 2308)"),
            _ => Finding.Ok("negative ttl", "", $"{ttl} s"),
        };
    }
}
