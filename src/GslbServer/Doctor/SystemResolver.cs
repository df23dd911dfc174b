using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The resolver that this machine uses, for what nobody told the doctor: the parent's address, and those of name servers outside the zone.</summary>
internal sealed class SystemResolver
{
    private const string Configuration = "/etc/resolv.conf";

    private const int DnsPort = 53;

    private readonly IPEndPoint[] _servers = Read();

    /// <summary>The addresses of a host, or none.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(DomainName host, CancellationToken cancel) =>
        _servers is [var first, ..] ? await ServerView.AddressesAsync(first, host, wantsRecursion: true, cancel) : [];

    /// <summary>An address of a server of the zone that delegates <paramref name="zone"/>: the closest name above it that has an NS set.</summary>
    /// <returns>Null, and why, when there is no way to find one.</returns>
    public async Task<(IPEndPoint? Parent, string Problem)> FindParentAsync(DomainName zone, CancellationToken cancel)
    {
        const string Tell = "say who it is with --parent ADDR:PORT";
        if (_servers is not [var resolver, ..])
        {
            return (null, $"{Configuration} names no resolver to find the parent with; {Tell}");
        }

        for (DomainName above = zone.Parent; ; above = above.Parent)
        {
            DnsReply reply = await DnsAsker.AskAsync(resolver, new ServerQuestion(above, RecordType.NS, WantsRecursion: true), cancel);
            if (reply.Message is null)
            {
                return (null, $"the resolver {resolver} does not tell who the parent is: {reply.Problem}; {Tell}");
            }

            foreach (DomainName server in ServerView.NameServersIn(reply.Message.Answer, above))
            {
                if (await AddressesAsync(server, cancel) is [var address, ..])
                {
                    return (new IPEndPoint(address, DnsPort), "");
                }
            }

            if (above.IsRoot)
            {
                return (null, $"the resolver {resolver} knows no parent of {zone}; {Tell}");
            }
        }
    }

    private static IPEndPoint[] Read()
    {
        try
        {
            return [.. File.ReadLines(Configuration).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is ["nameserver", _, ..] && IPAddress.TryParse(words[1], out _)).Select(words => new IPEndPoint(IPAddress.Parse(words[1]), DnsPort))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
