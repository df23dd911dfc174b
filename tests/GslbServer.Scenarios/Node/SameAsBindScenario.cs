using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>For static records the answers are those of BIND: code, authority bit, and the records of each section.</summary>
public sealed class SameAsBindScenario
{
    internal const string Zone = """
        $ORIGIN example.org.
        $TTL 3600
        @        SOA    ns1 hostmaster 2026112101 3600 600 86400 300
                 NS     ns1
                 NS     ns2.example.net.
                 MX     10 mail
                 TXT    "one" "two"
                 CAA    0 issue "ca.example.net"
        ns1      A      192.0.2.1
                 AAAA   2001:db8::1
        mail     A      192.0.2.2
        www      A      192.0.2.3
                 A      192.0.2.4
                 AAAA   2001:db8::3
        alias    CNAME  www
        chain    CNAME  alias
        dangling CNAME  nowhere
        away     CNAME  www.example.net.
        *.wild   A      192.0.2.5
        *.wild   TXT    "wild"
        sub.wild A      192.0.2.6
        a.b.ent  A      192.0.2.7
        child    NS     ns.child
                 NS     ns.example.net.
        ns.child A      192.0.2.8
        old      DNAME  new
        x.new    A      192.0.2.9
        _sip._tcp SRV   10 60 5060 www
        Mixed    A      192.0.2.10
        """;

    private static readonly string[] Questions =
    [
        "example.org SOA", "example.org NS", "example.org MX", "example.org TXT", "example.org CAA", "example.org A", "example.org DS", "example.org DNSKEY",
        "www.example.org A", "www.example.org AAAA", "www.example.org MX", "www.example.org TYPE1234", "WWW.EXAMPLE.ORG A", "mixed.example.org A",
        "alias.example.org A", "alias.example.org AAAA", "alias.example.org MX", "alias.example.org CNAME", "chain.example.org A", "dangling.example.org A", "away.example.org A",
        "x.wild.example.org A", "x.y.wild.example.org TXT", "x.wild.example.org MX", "sub.wild.example.org A", "x.sub.wild.example.org A", "wild.example.org A",
        "ent.example.org A", "b.ent.example.org A", "c.ent.example.org A", "nope.example.org A", "a.b.c.nope.example.org AAAA",
        "child.example.org NS", "child.example.org A", "child.example.org DS", "www.child.example.org A", "ns.child.example.org A",
        "old.example.org DNAME", "x.old.example.org A", "y.old.example.org A", "old.example.org A",
        "_sip._tcp.example.org SRV", "_tcp.example.org A", "example.com A", "org NS", ". NS",
        "example.org SOA +tcp", "nope.example.org A +tcp", "child.example.org NS +tcp", "www.example.org A +noedns",
    ];

    [Fact]
    public async Task Static_answers_are_those_of_BIND()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", Zone);
        await using NamedServer bind = await NamedServer.StartAsync("example.org", Zone);
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"));
        var differences = new List<string>();
        foreach (string question in Questions)
        {
            DigReply theirs = await Dig.AskAsync(bind.Port, question);
            DigReply ours = await node.DigAsync(question);
            if (Essence(theirs) != Essence(ours))
            {
                differences.Add($"{question}\nBIND:\n{Essence(theirs)}\nours:\n{Essence(ours)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static string Essence(DigReply reply) => string.Join('\n',
        [reply.Status, reply.Flags, "answer", .. Sorted(reply.Answer), "authority", .. Sorted(reply.Authority), "additional", .. Sorted(reply.Additional)]);

    private static IEnumerable<string> Sorted(IEnumerable<string> records) => records.Select(r => r.ToLowerInvariant().Replace('\t', ' ')).Order(StringComparer.Ordinal);
}
