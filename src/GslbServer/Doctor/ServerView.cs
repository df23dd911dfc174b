using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What one server says to everything that the doctor asks.</summary>
/// <param name="Name">The name server's, or its address where only that is known.</param>
internal sealed record ServerView(string Name, IPEndPoint At)
{
    /// <summary>A network of RFC 5737 that no client has.</summary>
    public static readonly byte[] Subnet = [0, 8, 0, 7, 0, 1, 24, 0, 198, 51, 100];

    private const int SmallSize = 512;

    /// <summary>Version that no EDNS has.</summary>
    private const byte StrangeVersion = 100;

    /// <summary>Of the range for local use (RFC 6891 section 9).</summary>
    private static readonly byte[] StrangeOption = [0xFD, 0xE9, 0, 4, 1, 2, 3, 4];

    public required DnsReply Soa { get; init; }

    public required DnsReply SoaOverTcp { get; init; }

    public required DnsReply Plain { get; init; }

    public required DnsReply BadVersion { get; init; }

    public required DnsReply UnknownOption { get; init; }

    public required DnsReply ClientSubnet { get; init; }

    /// <summary>For a name that is not its own, recursion desired.</summary>
    public required DnsReply Recursive { get; init; }

    /// <summary>Keys, signatures wanted, into 512 octets over UDP.</summary>
    public required DnsReply Small { get; init; }

    /// <summary>The same with all the room there is.</summary>
    public required DnsReply Keys { get; init; }

    public required DnsReply Names { get; init; }

    public required DnsReply Cds { get; init; }

    /// <summary>A name that hardly exists, for negative answers.</summary>
    public required DnsReply Nothing { get; init; }

    /// <summary>A and AAAA of each name server inside the zone, as this server has them.</summary>
    public IReadOnlyDictionary<DomainName, IReadOnlyList<IPAddress>> Addresses { get; init; } = new Dictionary<DomainName, IReadOnlyList<IPAddress>>();

    public bool Serves => Soa is { IsNoError: true, Message: { IsAuthoritative: true } message } && message.Answer.Any(r => r.Type == RecordType.SOA);

    public ReceivedRecord? SoaRecord => Soa.Message?.Answer.FirstOrDefault(r => r.Type == RecordType.SOA);

    public static async Task<ServerView> AskAsync(string name, IPEndPoint at, DomainName zone, IEnumerable<DomainName> nameServers, CancellationToken cancel)
    {
        var soa = new ServerQuestion(zone, RecordType.SOA, WantsSignatures: true);
        Task<DnsReply> Udp(ServerQuestion question) => DnsAsker.AskUdpAsync(at, question, cancel);
        Task<DnsReply> Whole(ServerQuestion question) => DnsAsker.AskAsync(at, question, cancel);
        DnsReply first = await Whole(soa);
        if (first.Message is null)
        {
            // A server that is silent is asked nothing more than whether TCP is silent too.
            return new ServerView(name, at)
            {
                Soa = first,
                SoaOverTcp = await DnsAsker.AskTcpAsync(at, soa, cancel),
                Plain = first,
                BadVersion = first,
                UnknownOption = first,
                ClientSubnet = first,
                Recursive = first,
                Small = first,
                Keys = first,
                Names = first,
                Cds = first,
                Nothing = first,
            };
        }

        Task<DnsReply> overTcp = DnsAsker.AskTcpAsync(at, soa, cancel), plain = Udp(new ServerQuestion(zone, RecordType.SOA, UdpSize: 0)),
            badVersion = Udp(soa with { EdnsVersion = StrangeVersion }), unknownOption = Udp(soa with { Options = StrangeOption }),
            subnet = Udp(soa with { Options = Subnet }), recursive = Udp(new ServerQuestion(DomainName.Parse("example.com."), RecordType.A, WantsRecursion: true)),
            small = Udp(new ServerQuestion(zone, RecordType.DNSKEY, SmallSize, WantsSignatures: true)), keys = Whole(new ServerQuestion(zone, RecordType.DNSKEY, WantsSignatures: true)),
            names = Whole(new ServerQuestion(zone, RecordType.NS, WantsSignatures: true)), cds = Whole(new ServerQuestion(zone, RecordType.CDS, WantsSignatures: true)),
            nothing = Whole(new ServerQuestion(NameOfNothing(zone), RecordType.TXT, WantsSignatures: true));
        Dictionary<DomainName, IReadOnlyList<IPAddress>> addresses = [];
        foreach (DomainName server in nameServers.Where(n => n.IsAtOrBelow(zone)).Distinct())
        {
            addresses[server] = await AddressesAsync(at, server, wantsRecursion: false, cancel);
        }

        return new ServerView(name, at)
        {
            Soa = first,
            SoaOverTcp = await overTcp,
            Plain = await plain,
            BadVersion = await badVersion,
            UnknownOption = await unknownOption,
            ClientSubnet = await subnet,
            Recursive = await recursive,
            Small = await small,
            Keys = await keys,
            Names = await names,
            Cds = await cds,
            Nothing = await nothing,
            Addresses = addresses,
        };
    }

    /// <summary>A and AAAA, in order.</summary>
    public static async Task<IReadOnlyList<IPAddress>> AddressesAsync(IPEndPoint server, DomainName name, bool wantsRecursion, CancellationToken cancel)
    {
        var found = new List<IPAddress>();
        foreach (RecordType type in (RecordType[])[RecordType.A, RecordType.AAAA])
        {
            DnsReply reply = await DnsAsker.AskAsync(server, new ServerQuestion(name, type, WantsRecursion: wantsRecursion), cancel);
            found.AddRange(AddressesIn(reply.Message?.Answer ?? []));
        }

        return [.. found.OrderBy(a => a.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Targets of the NS set of this owner.</summary>
    public static IEnumerable<DomainName> NameServersIn(IEnumerable<ReceivedRecord> records, DomainName owner) => records
        .Where(r => r.Type == RecordType.NS && r.Owner.Equals(owner)).Select(r => DomainName.TryFromWire(r.Rdata, out DomainName? name) ? name : null).OfType<DomainName>().Order();

    public static IEnumerable<IPAddress> AddressesIn(IEnumerable<ReceivedRecord> records) =>
        records.Where(r => (r.Type, r.Rdata.Length) is (RecordType.A, 4) or (RecordType.AAAA, 16)).Select(r => new IPAddress(r.Rdata));

    /// <summary>Below a zone whose own name leaves no room, the zone itself: then that is asked for a type that it hardly has.</summary>
    private static DomainName NameOfNothing(DomainName zone) =>
        DomainName.TryFromWire([(byte)"gslb-doctor-"u8.Length, .. "gslb-doctor-"u8, .. zone.Wire], out DomainName? name) ? name : zone;
}
