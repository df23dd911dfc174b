using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Explain as people ask for it, by name and address in text: for the admin API, the command, and offline.</summary>
internal static class ExplainQuery
{
    /// <param name="asker">Stands for the resolver that sends a client subnet, as it would if it asked over DNS: what names with <c>ecs=ignore</c> and subnets that say
    /// nothing (private ranges) are decided by.</param>
    public static ExplainOutcome Run(Snapshot snapshot, string? name, string? type, string? client, IPAddress asker)
    {
        var problems = new List<string>();
        DomainName? wanted = ParseName(name, problems);
        bool wantsIPv6 = ParseType(type, problems);
        (Client subnet, Client resolver) = ParseClient(client, asker, problems);
        if (wanted is null || problems.Count > 0)
        {
            return new ExplainOutcome(null, problems, IsNotFound: false);
        }

        int index = SteeredIndex(snapshot.Zones, wanted, wantsIPv6 ? RecordType.AAAA : RecordType.A);
        if (index < 0)
        {
            return new ExplainOutcome(null, [NotSteered(snapshot.Steering.Plan.Topology, wanted)], IsNotFound: true);
        }

        Explanation explanation = Steerer.Explain(snapshot.Steering, index, wantsIPv6, subnet, resolver);
        string asked = wanted.ToLower().ToString();
        return new ExplainOutcome(asked == explanation.Name ? explanation : explanation with { Name = asked, SteeredBy = explanation.Name }, [], IsNotFound: false);
    }

    private static DomainName? ParseName(string? text, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Add("name: missing; expected a steered name such as www.gslb.example");
            return null;
        }

        if (TypedName.TryParse(text, out DomainName? name, out string? error))
        {
            return name;
        }

        problems.Add($"name {text}: {error}");
        return null;
    }

    /// <returns>Whether the family is IPv6.</returns>
    private static bool ParseType(string? text, List<string> problems)
    {
        switch (text?.ToUpperInvariant())
        {
            case null or "" or "A":
                return false;
            case "AAAA":
                return true;
            default:
                problems.Add($"type {text}: expected A or AAAA, which are what steering answers");
                return false;
        }
    }

    /// <summary>A bare address is the resolver's own; with a length it is a Client Subnet that the asker sends.</summary>
    private static (Client Subnet, Client Resolver) ParseClient(string? text, IPAddress asker, List<string> problems)
    {
        const string Expected = "expected ADDR or ADDR/LEN such as 198.51.100.0/24 or 2001:db8::/56";
        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Add("client: missing; " + Expected);
            return default;
        }

        string[] parts = text.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || (address.AddressFamily == AddressFamily.InterNetwork && parts[0].Count(c => c == '.') != 3))
        {
            problems.Add($"client {text}: {Expected}");
            return default;
        }

        var given = Client.From(address);
        if (parts.Length == 1)
        {
            return (default, given);
        }

        int bits = given.IsIPv6 ? 128 : 32;
        if (!byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte length) || length > bits)
        {
            problems.Add($"client {text}: '/{parts[1]}' is no prefix length; expected 0 to {bits}");
            return default;
        }

        UInt128 mask = length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
        return (new Client(given.IsIPv6, given.Address & mask, length, ClientSource.Subnet), Client.From(asker));
    }

    /// <summary>Asks the zones as a query would, so that aliases and wildcards lead where they lead for clients.</summary>
    /// <returns>-1 when the name is not steered.</returns>
    private static int SteeredIndex(ZoneSet zones, DomainName name, RecordType type)
    {
        const int HeaderLength = 12;
        byte[] packet = new byte[HeaderLength + name.Wire.Length + 4];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), 1);    // QDCOUNT
        name.Wire.CopyTo(packet.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(HeaderLength + name.Wire.Length), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(HeaderLength + name.Wire.Length + 2), 1);    // class IN
        if (QueryReader.Read(packet, out Query query, out _) != QueryVerdict.Answer)
        {
            return -1;
        }

        var composer = new ResponseComposer(zones, packet, query, new byte[4096], 4096, new ServerIdentity("", ""));
        return composer.Compose() == Outcome.Steered ? composer.SteeredIndex : -1;
    }

    private static string NotSteered(Topology topology, DomainName name)
    {
        string text = name.ToLower().ToString();
        string[] owners = [.. topology.Names.Select(n => n.Owner)];
        string? near = owners.FirstOrDefault(o => o.StartsWith(text, StringComparison.Ordinal)) ?? Suggestion.Nearest(text, owners);
        string known = owners.Length == 0 ? "no name is" : "steered names: " + string.Join(", ", owners.Take(20)) + (owners.Length > 20 ? ", ..." : "");
        return $"{text} is not a steered name{(near is null ? "" : $"; did you mean {near}?")} ({known})";
    }
}

/// <param name="Explanation">Null when there are problems.</param>
/// <param name="Problems">All that is wrong with the question.</param>
/// <param name="IsNotFound">The question is fine, but the name is not steered.</param>
internal sealed record ExplainOutcome(Explanation? Explanation, IReadOnlyList<string> Problems, bool IsNotFound)
{
    public IResult ToResult() => Explanation is not null ? TypedResults.Json(Explanation, AdminJson.Options)
        : Problem.Of(IsNotFound ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, string.Join("; ", Problems), Problems);
}
