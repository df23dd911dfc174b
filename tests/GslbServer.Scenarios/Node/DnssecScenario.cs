using System.Globalization;
using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A signed zone as validators see it: those of BIND and NLnet Labs find every answer secure, whatever is asked and while steering moves.</summary>
public sealed partial class DnssecScenario : IDisposable
{
    private const string Europe = "+subnet=198.51.100.0/24";

    /// <summary>Beside what the world steers: other kinds of names.</summary>
    private const string More = """
        @     60 STEER  failover eu-west us-east check=web ramp=0s
        @        HTTPS  1 . alpn=h2 ipv4hint=192.0.2.1
        www      HTTPS  1 . alpn=h2 ipv4hint=192.0.2.1
        *.wild 20 STEER failover eu-west us-east check=web ramp=0s
        *.txt    TXT    wild
        a.b.c    TXT    deep
        alias    CNAME  www
        dalias   CNAME  x.txt
        off      DNAME  txt
        child    NS     ns.child
        ns.child A      192.0.2.54
        sec      NS     ns.child
        sec      DS     1 13 2 0000000000000000000000000000000000000000000000000000000000000000
        """;

    private static readonly string[] Questions =
    [
        "www A", "www AAAA", "www HTTPS", "www TXT", "all A", "eu A", "@ A", "@ AAAA", "@ HTTPS", "@ SOA", "@ DNSKEY", "@ ANY", "ns1 A", "us-east TXT", "web TXT", "nope A", "a.nope.deeper AAAA",
        "b.c A", "c TXT", "x.txt TXT", "y.x.txt TXT", "x.txt A", "alias A", "dalias TXT", "q.off TXT", "x.wild A", "y.x.wild AAAA", "x.wild TXT", "sec DS", "child DS",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.File("keys");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nsec", "13")]
    [InlineData("nsec3", "14")]
    [InlineData("compact", "8")]
    public async Task Delv_validates_every_kind_of_answer(string denial, string algorithm)
    {
        await using World world = await SignedWorldAsync("--denial", denial, "--algorithm", algorithm);
        await using GslbNode node = await StartAsync(world);
        string anchor = _folder.Write("anchor", $"trust-anchors {{ {await AnchorAsync("\"example.org.\" static-key {0} {1} {2} \"{3}\"")}; }};\n");
        foreach (string question in Questions)
        {
            string[] words = question.Split(' ');
            ToolResult result = await Tool.RunAsync("delv", "-a", anchor, "+root=example.org.", "@127.0.0.1", "-p", $"{node.Port}", Name(words[0]), words[1]);
            Assert.True(result.Text.Contains("fully validated", StringComparison.Ordinal), $"{question}: {result.Text}");
        }
    }

    [Fact]
    public async Task Unbound_and_BIND_find_nothing_bogus_while_a_region_drains_and_TTLs_fall()
    {
        await using World world = await SignedWorldAsync();
        await using GslbNode node = await StartAsync(world);
        await using Resolver unbound = await Resolver.UnboundAsync(node.Port, await AnchorAsync("example.org. IN DNSKEY {0} {1} {2} {3}"), withSubnets: false);
        await using Resolver withSubnets = await Resolver.UnboundAsync(node.Port, await AnchorAsync("example.org. IN DNSKEY {0} {1} {2} {3}"), withSubnets: true);
        await using Resolver bind = await Resolver.NamedAsync(node.Port, await AnchorAsync("\"example.org.\" static-key {0} {1} {2} \"{3}\""));
        var ttls = new HashSet<int>();

        // The TTL of www is 20 s, 5 s once its answer may change: the same signature has to do for both.
        for (int round = 0; round < 3; round++)
        {
            if (round > 0)
            {
                ToolResult changed = round == 1 ? await node.CommandAsync("drain", "eu-west", "--reason", "rack move") : await node.CommandAsync("undrain", "eu-west");
                Assert.True(changed.ExitCode == 0, changed.Text);
            }

            DigReply direct = await node.DigAsync($"www.example.org A +dnssec {Europe}");
            ttls.UnionWith(direct.Answer.Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
            foreach (Resolver resolver in (Resolver[])[unbound, withSubnets, bind])
            {
                foreach (string question in Questions.Where(q => q is not ("@ ANY" or "sec DS")))
                {
                    string[] words = question.Split(' ');
                    DigReply reply = await resolver.AskAsync($"{Name(words[0])} {words[1]} +dnssec");
                    Assert.True(reply.Status is "NOERROR" or "NXDOMAIN" && reply.Flags.Split(' ').Contains("ad"), $"{resolver.Name}, round {round}, {question}: {reply.Text}");
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        Assert.True(ttls.Count > 1, $"only TTL {string.Join(", ", ttls)}");
    }

    [Theory]
    [InlineData("nsec")]
    [InlineData("nsec3")]
    public async Task Dnsviz_sees_no_error(string denial)
    {
        await using World world = await SignedWorldAsync("--denial", denial);
        await using GslbNode node = await StartAsync(world);
        string anchor = _folder.Write("anchor", await AnchorAsync("example.org. 3600 IN DNSKEY {0} {1} {2} {3}\n"));
        string probe = _folder.File("probe.json");
        ToolResult probed = await Tool.RunAsync("dnsviz", "probe", "-A", "-a", ".", "-x", $"example.org:127.0.0.1:{node.Port}", "-N", $"example.org:ns1.example.org=127.0.0.1:{node.Port}", "-o", probe,
            "example.org", "www.example.org", "nope.example.org", "x.wild.example.org");
        Assert.True(probed.ExitCode == 0, probed.Text);

        ToolResult seen = await Tool.RunAsync("dnsviz", "print", "-t", anchor, "-r", probe);

        // [.] is secure; [!] bogus, with E: and W: for why.
        Assert.Contains(seen.Lines, line => line.Contains("[.]  A:", StringComparison.Ordinal));
        Assert.DoesNotContain(seen.Lines, line => line.Contains("[!]", StringComparison.Ordinal) || line.Contains(" E:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nsec")]
    [InlineData("nsec3")]
    public async Task What_others_transfer_verifies_and_they_serve_it_validly(string denial)
    {
        await using World world = await SignedWorldAsync("--denial", denial);
        await using GslbNode node = await StartAsync(world, "--transfer-allow", "127.0.0.0/8", "--transfer-steering", "no");
        ToolResult transfer = await Tool.RunAsync("dig", "@127.0.0.1", "-p", $"{node.Port}", "example.org", "AXFR", "+onesoa", "+nocmd", "+nostats");
        string zone = _folder.Write("transferred", transfer.Text + "\n");
        ToolResult verified = await Tool.RunAsync("ldns-verify-zone", zone);
        Assert.True(verified.ExitCode == 0, verified.Text + transfer.Text);

        await using NamedServer secondary = await NamedServer.StartAsync("example.org", await File.ReadAllTextAsync(zone));
        string anchor = _folder.Write("anchor", $"trust-anchors {{ {await AnchorAsync("\"example.org.\" static-key {0} {1} {2} \"{3}\"")}; }};\n");
        foreach (string question in Questions.Where(q => q != "@ ANY"))
        {
            string[] words = question.Split(' ');
            ToolResult result = await Tool.RunAsync("delv", "-a", anchor, "+root=example.org.", "@127.0.0.1", "-p", $"{secondary.Port}", Name(words[0]), words[1]);
            Assert.True(result.Text.Contains("fully validated", StringComparison.Ordinal), $"{question}: {result.Text}");
        }
    }

    private static string Name(string label) => label == "@" ? "example.org." : $"{label}.example.org.";

    private async Task<World> SignedWorldAsync(params string[] options)
    {
        World world = await World.CreateAsync();
        world.WriteZone("2026112102", More);
        ToolResult created = await Tool.RunAsync(BuiltProgram.Gslb, ["keys", "create", "example.org", "--keys", Keys, .. options]);
        Assert.True(created.ExitCode == 0, created.Text);
        return world;
    }

    private Task<GslbNode> StartAsync(World world, params string[] more) => GslbNode.StartAsync(world.Zones, world.State("node-1"), more: ["--keys", Keys, .. more]);

    /// <param name="format">Takes flags, protocol, algorithm and key of the key that the parent would point at.</param>
    private async Task<string> AnchorAsync(string format)
    {
        foreach (string file in Directory.GetFiles(Keys, "*.key"))
        {
            Match key = DnsKey().Match(await File.ReadAllTextAsync(file));
            if (key.Success) return string.Format(CultureInfo.InvariantCulture, format, "257", key.Groups[1].Value, key.Groups[2].Value, key.Groups[3].Value.Replace(" ", "", StringComparison.Ordinal));
        }

        throw new InvalidOperationException($"no key-signing key in {Keys}");
    }

    [GeneratedRegex(@"DNSKEY\s+257\s+(\d+)\s+(\d+)\s+(\S[^\n]*)")]
    private static partial Regex DnsKey();
}
