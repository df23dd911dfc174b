using GslbServer.Dns;

namespace GslbServer;

/// <summary>One name server as resolvers meet it: does it serve the zone, over UDP and TCP, with EDNS, Client Subnet and truncation as the RFCs have them.</summary>
internal static class ServerChecks
{
    private const ushort SubnetOption = 8, StrangeOption = 65001;

    private const int SmallSize = 512;

    public static IEnumerable<Finding> Of(DomainName zone, ServerView server)
    {
        string where = server.Name;
        if (Lame(zone, server) is { } lame)
        {
            return server.Soa.Message is null && server.SoaOverTcp.Message is not null
                ? [lame, Finding.Ok("tcp", where, "answers")]
                : [lame];
        }

        return
        [
            Finding.Ok("udp", where, $"serves the zone with authority, serial {SoaRdata.Read(server.SoaRecord!.Rdata).Serial}"),
            Tcp(server),
            Recursion(server),
            .. Edns(server),
            Subnet(server),
            Truncation(server),
        ];
    }

    private static Finding? Lame(DomainName zone, ServerView server)
    {
        const string Check = "udp";
        if (server.Soa.Message is not { } message)
        {
            return Finding.Fail(Check, server.Name, $"{server.At}: {server.Soa.Problem}", "see that it runs, listens there, and that UDP port 53 is open to everybody");
        }

        if (message.Rcode != Rcode.NoError)
        {
            return Finding.Fail(Check, server.Name, $"{server.At} answers {message.Rcode}: it does not serve {zone} (a lame delegation)", "serve the zone there, or take the name server out of the delegation");
        }

        return server.Serves ? null
            : Finding.Fail(Check, server.Name, $"{server.At} has no authority for {zone} (a lame delegation)", "serve the zone there, or take the name server out of the delegation");
    }

    private static Finding Tcp(ServerView server) => server.SoaOverTcp is { IsNoError: true, Message.IsAuthoritative: true }
        ? Finding.Ok("tcp", server.Name, "answers")
        : Finding.Fail("tcp", server.Name, server.SoaOverTcp.Problem ?? $"answers {server.SoaOverTcp.Message?.Rcode}", "open TCP port 53: truncated answers, such as large signed ones, can be fetched in no other way (RFC 7766)");

    private static Finding Recursion(ServerView server) => server.Recursive.Message is { Rcode: Rcode.NoError, HasRecursion: true }
        ? Finding.Fail("recursion", server.Name, "resolves names of others for anybody", "switch recursion off: open resolvers are used in attacks (RFC 5358)")
        : Finding.Ok("recursion", server.Name, "refused");

    private static IEnumerable<Finding> Edns(ServerView server)
    {
        var wrong = new List<string>();
        if (server.Soa.Message?.Opt is null)
        {
            wrong.Add("no OPT in answers");
        }

        if (!server.Plain.IsNoError || server.Plain.Message?.Opt is not null)
        {
            wrong.Add(server.Plain.Message is null ? "silent without EDNS" : "wrong answer without EDNS");
        }

        if (server.BadVersion.Message is not { Rcode: Rcode.BadVers, EdnsVersion: 0 })
        {
            wrong.Add($"an unknown version gets {Said(server.BadVersion)}, not BADVERS");
        }

        if (!server.UnknownOption.IsNoError || server.UnknownOption.Message?.Option(StrangeOption) is not null)
        {
            wrong.Add(server.UnknownOption.IsNoError ? "an unknown option comes back" : $"an unknown option gets {Said(server.UnknownOption)}");
        }

        yield return wrong.Count == 0
            ? Finding.Ok("edns", server.Name, "as RFC 6891 has it")
            : Finding.Fail("edns", server.Name, string.Join("; ", wrong), "update the server, or the firewall before it that changes DNS messages");
    }

    private static Finding Subnet(ServerView server)
    {
        byte[]? echo = server.ClientSubnet.Message?.Option(SubnetOption);
        ReadOnlySpan<byte> sent = ServerView.Subnet.AsSpan(4);
        if (!server.ClientSubnet.IsNoError)
        {
            return Finding.Fail("ecs", server.Name, $"a query with Client Subnet gets {Said(server.ClientSubnet)}", "update the server, or the firewall before it");
        }

        if (echo is null)
        {
            return Finding.Warn("ecs", server.Name, "no Client Subnet in answers: clients of distant resolvers are steered by where the resolver is", "let this server answer Client Subnet (RFC 7871), as gslb does");
        }

        // Everything must come back but the scope, in the fourth octet.
        return echo.Length == sent.Length && echo.AsSpan(0, 3).SequenceEqual(sent[..3]) && echo.AsSpan(4).SequenceEqual(sent[4..])
            ? Finding.Ok("ecs", server.Name, $"echoed, scope /{echo[3]}")
            : Finding.Fail("ecs", server.Name, "Client Subnet comes back changed: resolvers drop such answers (RFC 7871 section 7.3)", "update the server");
    }

    private static Finding Truncation(ServerView server)
    {
        if (server.Small.Message is not { } small || server.Keys.Message is not { } whole)
        {
            return Finding.Fail("truncation", server.Name, $"no answer for DNSKEY: {server.Small.Problem ?? server.Keys.Problem}", "see whether a firewall drops fragments or TCP");
        }

        return small switch
        {
            { Length: > SmallSize } => Finding.Fail("truncation", server.Name, $"{small.Length} octets to a resolver that takes 512", "update the server (RFC 6891 section 6.2.3)"),
            { IsTruncated: true } when whole.IsTruncated || whole.Answer.Count == 0 => Finding.Fail("truncation", server.Name, "truncated, and not whole over TCP either", "open TCP port 53"),
            { IsTruncated: true } => Finding.Ok("truncation", server.Name, $"TC, then {whole.Length} octets over TCP"),
            _ when small.Answer.Count < whole.Answer.Count => Finding.Fail("truncation", server.Name, "records left out without TC", "update the server"),
            _ => Finding.Ok("truncation", server.Name, $"{small.Length} octets fit into 512"),
        };
    }

    private static string Said(DnsReply reply) => reply.Message is { } message ? $"{message.Rcode}".ToUpperInvariant() : reply.Problem ?? "nothing";
}
