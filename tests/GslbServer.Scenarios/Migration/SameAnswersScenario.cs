using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Migration;

/// <summary>What was imported answers as the server did that it came from: the real gdnsd and the real PowerDNS on their own configuration, and a node on what
/// <c>gslb zone import</c> made of it, asked for
/// the same clients, with the same geodata.</summary>
public sealed class SameAnswersScenario
{
    /// <summary>Networks that the sample places, and one that is nowhere.</summary>
    private static readonly string[] Clients =
    [
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.1.0/24", "198.18.2.0/24", "198.18.3.0/24", "198.18.4.0/24", "198.18.5.0/24", "198.18.6.0/24", "3.0.0.0/24", "2.0.0.0/24", "1.0.1.0/24", "10.1.2.0/24",
        "2001:db8:1::/48", "2001:db8:3::/48", "2001:db8:5::/48",
    ];

    private static readonly string Sample = Path.Combine(BuiltProgram.RepositoryRoot, "geodata", "sample.mmdb");

    [Fact]
    public async Task Names_of_gdnsd_lead_everybody_where_they_led()
    {
        int port = FreePort.UdpAndTcp();
        using var folder = new TemporaryFolder();
        folder.Write("gdnsd/config", $$"""
            options => { listen => 127.0.0.1:{{port}}, run_dir => {{folder.File("run")}}, state_dir => {{folder.File("state-of-gdnsd")}} }
            service_types => { $include{services} }
            plugins => {
              geoip => {
                maps => {
                  prod => { geoip2_db => {{Sample}}, datacenters => [us, eu, ap, last],
                    map => { EU => { default => [eu, us, last], DE => [ap, last] }, NA => { US => { CA => [ap, us, last], default => [us, eu, last] } }, AS => [ap, eu, us, last], SA => [us] },
                    nets => { 10.0.0.0/8 => [ap, us], 198.18.4.0/24 => eu } }
                  near => { geoip2_db => {{Sample}}, datacenters => [us, eu, ap], auto_dc_coords => { us => [38.9, -77], eu => [50.1, 8.7], ap => [19.1, 72.9] }, map => { SA => [us], EU => { default => [eu], DE => auto } } }
                }
                resources => {
                  www => { map => prod, dcmap => { us => 192.0.2.10, eu => { lb1 => 192.0.2.20, lb2 => 192.0.2.21 }, ap => [192.0.2.30, 192.0.2.31, 192.0.2.32], last => %simplefo!last } }
                  auto => { map => near, dcmap => {
                    us => { addrs_v4 => [192.0.2.10], addrs_v6 => [2001:db8::10] }, eu => { addrs_v4 => [192.0.2.20], addrs_v6 => [2001:db8::20] }, ap => { addrs_v4 => [192.0.2.30], addrs_v6 => [2001:db8::30] } } }
                  second => { map => prod, skip_first => true, dcmap => { us => 192.0.2.10, eu => 192.0.2.20, ap => 192.0.2.30, last => 192.0.2.50 } }
                  failed => { map => prod, service_types => closed, dcmap => { us => 127.0.0.2, eu => 127.0.0.3, ap => 127.0.0.4, last => %simplefo!last } }
                }
              }
              metafo => { resources => { ordered => { datacenters => [a, b], dcmap => { a => { service_types => closed, x => 127.0.0.2 }, b => [192.0.2.41, 192.0.2.42] } }, alias => { datacenters => c, dcmap => { c => sorry.example.net. } } } }
              simplefo => { last => { primary => 192.0.2.50, secondary => 192.0.2.51 } }
              multifo => { panic => { service_types => closed, a => 127.0.0.2, b => 127.0.0.3 } }
              static => { fixed => 192.0.2.99 }
            }
            """);
        // Nothing listens there: down for both.
        folder.Write("gdnsd/services", $"closed => {{ plugin => tcp_connect, port => {FreePort.Tcp()}, interval => 2, down_thresh => 1, up_thresh => 1 }}");
        folder.Write("gdnsd/zones/example.org", """
            @     SOA ns1 hostmaster 1 7200 30M 3D 900
                  NS  ns1
            ns1   A   127.0.0.1
            www   300/60 DYNA geoip!www ; the site
                  MX  10 ns1.@Z
            auto  120 DYNA geoip!auto
            second 120 DYNA geoip!second
            failed 10/5 DYNA geoip!failed
            o     10/5 DYNA metafo!ordered
            alias 60 DYNC metafo!alias
            panic 10/5 DYNA multifo!panic
            fixed 60 DYNA static!fixed
            only  60 DYNA geoip!www/eu
            $ORIGIN sub
            deep  60 DYNA simplefo!last

            """);
        Directory.CreateDirectory(folder.File("gdnsd/geoip"));
        await using RunningProgram gdnsd = RunningProgram.Start("/usr/sbin/gdnsd", ["-c", folder.File("gdnsd"), "start"], folder.Path);
        await Eventually.GetAsync(() => Dig.AskAsync(port, "fixed.example.org A"), reply => reply.Answer.Count == 1);

        await using GslbNode node = await ImportedAsync(folder, "gdnsd", "gdnsd");
        string[] names = ["www A", "www MX", "auto A", "auto AAAA", "second A", "failed A", "o A", "alias A", "panic A", "fixed A", "only A", "deep.sub A"];
        await SameAsync(port, node, [.. names.Select(name => name.Replace(" ", ".example.org ", StringComparison.Ordinal))]);
    }

    [Fact]
    public async Task Names_of_PowerDNS_lead_everybody_where_they_led()
    {
        int port = FreePort.UdpAndTcp();
        using var folder = new TemporaryFolder();
        string yaml = folder.Write("geo.yaml", """
            domains:
            - domain: geo.example.org
              ttl: 30
              records:
                geo.example.org:
                  - soa: ns1.example.org hostmaster.example.org 1 7200 3600 1209600 60
                  - ns: ns1.example.org
                  - mx: 10 mail.example.org
                us.service.geo.example.org: [ { a: 192.0.2.10 } ]
                eu.service.geo.example.org: [ { a: 192.0.2.20 }, { a: 192.0.2.21 } ]
                64501.service.geo.example.org: [ { a: 192.0.2.30 } ]
                ca-us.region.geo.example.org: [ { a: 192.0.2.60 } ]
                pop-asia.geo.example.org: [ { a: 192.0.2.70 } ]
                inside.geo.example.org: [ { a: 192.0.2.40 } ]
                default.geo.example.org: [ { a: 192.0.2.50 } ]
                one.geo.example.org: [ { a: { content: 192.0.2.80, weight: 10 } } ]
              services:
                www.geo.example.org:
                  default: [ '%as.service.geo.example.org', '%re-%cc.region.geo.example.org', '%cc.service.geo.example.org', '%cn.service.geo.example.org', default.geo.example.org ]
                  10.0.0.0/8: inside.geo.example.org
                pop.geo.example.org: [ 'pop-%mp.geo.example.org', default.geo.example.org ]
              custom_mapping: { in: asia, jp: asia }
              mapping_lookup_formats: [ '%cc' ]
            """);
        string zone = folder.Write("example.net.zone", """
            @ 3600 IN SOA ns1 hostmaster 1 7200 1800 259200 900
            @ 3600 IN NS ns1
            ns1 3600 IN A 192.0.2.53
            if 60 IN LUA A ";if country('US') then return '192.0.2.1' elseif continent('EU') then return {'192.0.2.2','192.0.2.3'} end return '192.0.2.9'"
            view 60 IN LUA A "view({ { {'198.18.1.0/24'}, {'192.0.2.1'} }, { {'0.0.0.0/0', '::/0'}, {'192.0.2.2'} } })"
            all 60 IN LUA A "all({'192.0.2.4', '192.0.2.5'})"
            asn 60 IN LUA A ";if asnum(64497) then return '192.0.2.1' else return '192.0.2.2' end"
            one 60 IN LUA AAAA "pickrandom({'2001:db8::1'})"
            """);
        folder.Write("named.conf", $"zone \"example.net\" {{ type master; file \"{zone}\"; }};");
        folder.Write("pdns.conf", $"""
            launch=geoip,bind
            geoip-zones-file={yaml}
            geoip-database-files=mmdb:{Sample}
            bind-config={folder.File("named.conf")}
            enable-lua-records=yes
            edns-subnet-processing=yes
            local-address=127.0.0.1
            local-port={port}
            socket-dir={folder.Path}
            write-pid=no
            cache-ttl=0
            security-poll-suffix=
            """);
        await using RunningProgram pdns = RunningProgram.Start("/usr/sbin/pdns_server", [$"--config-dir={folder.Path}", "--daemon=no", "--guardian=no"], folder.Path);
        await Eventually.GetAsync(() => Dig.AskAsync(port, "all.example.net A"), reply => reply.Answer.Count == 2);

        await using (GslbNode node = await ImportedAsync(folder, "powerdns", "geo.yaml"))
            await SameAsync(port, node, ["www.geo.example.org A", "pop.geo.example.org A", "one.geo.example.org A", "geo.example.org MX"]);
        await using (GslbNode node = await ImportedAsync(folder, "powerdns", "example.net.zone"))
            await SameAsync(port, node, [.. ((string[])["if A", "view A", "all A", "asn A", "one AAAA"])
                .Select(name => name.Replace(" ", ".example.net ", StringComparison.Ordinal))]);
    }

    private static async Task<GslbNode> ImportedAsync(TemporaryFolder folder, string system, string path)
    {
        string zones = folder.File($"zones-of-{path}/");
        ToolResult import = await Tool.RunAsync(BuiltProgram.Gslb, "zone", "import", "--from", system, folder.File(path), "--output", zones);
        Assert.True(import.ExitCode == 0, import.Text);
        return await GslbNode.StartAsync(zones, folder.File($"state-{path}"), more: ["--geo", Sample]);
    }

    /// <summary>For each client the same data, whatever the order.</summary>
    private static async Task SameAsync(int theirPort, GslbNode node, string[] names)
    {
        string[] questions = [.. names.SelectMany(name => Clients.Select(client => $"{name} +subnet={client}"))];
        IReadOnlyList<DigReply> theirs = await Dig.AskManyAsync(theirPort, questions), ours = [];
        string[] Differences() => [.. questions.Index().Where(question => !Data(theirs[question.Index]).SequenceEqual(Data(ours[question.Index])))
            .Select(question => $"{question.Item}: {string.Join(' ', Data(theirs[question.Index]))} became {string.Join(' ', Data(ours[question.Index]))}")];
        try
        {
            // A node takes down only what it has probed.
            await Eventually.GetAsync(async () => ours = await Dig.AskManyAsync(node.Port, questions), _ => Differences().Length == 0);
        }
        catch (TimeoutException)
        {
            Assert.Empty(Differences());
        }

        Assert.All(theirs, reply => Assert.NotEmpty(reply.Answer));
    }

    private static IEnumerable<string> Data(DigReply reply) => reply.Data.Order(StringComparer.Ordinal);
}
