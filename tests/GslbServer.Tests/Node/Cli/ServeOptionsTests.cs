using System.Net;

namespace GslbServer.Tests.Cli;

public sealed class ServeOptionsTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Without_options_the_defaults_of_the_interface_hold()
    {
        (NodeOptions options, List<string> errors) = _run.Serve();
        Assert.Empty(errors);
        Assert.Equal("127.0.0.1:5300", Assert.Single(options.Listen).ToString());
        Assert.Equal("127.0.0.1:8053", options.Admin.ToString());
        Assert.Null(options.AdminTokenFile);
        Assert.Equal("zones", options.Zones);
        Assert.Empty(options.Redis);
        Assert.Equal("gslb", options.Cluster);
        Assert.Equal(".gslb", options.StateDirectory);
        Assert.Equal(Environment.ProcessorCount, options.Threads);
        Assert.Equal(NodeOptions.DefaultExplainAllow, options.ExplainAllow);
        Assert.Null(options.Region);
        Assert.Null(options.ExecDirectory);
    }

    [Theory]
    [InlineData("127.0.0.1:5300")]
    [InlineData("0.0.0.0:53")]
    [InlineData("[::1]:5300")]
    [InlineData("[2001:db8::53]:53")]
    [InlineData("192.0.2.1:0")]
    public void Accepts_listeners(string text)
    {
        (NodeOptions options, List<string> errors) = _run.Serve(("listen", text));
        Assert.Empty(errors);
        Assert.Equal(IPEndPoint.Parse(text), Assert.Single(options.Listen));
    }

    [Theory]
    [InlineData("nonsense", "expected ADDR:PORT")]
    [InlineData("127.0.0.1", "expected ADDR:PORT")]
    [InlineData("127.1:53", "'127.1' is no IP address")]
    [InlineData("localhost:53", "'localhost' is no IP address")]
    [InlineData("::1:53", "expected ADDR:PORT")]
    [InlineData("[::1]", "expected ADDR:PORT")]
    [InlineData("[192.0.2.1]:53", "is no IP address")]
    [InlineData("127.0.0.1:65536", "'65536' is no port")]
    [InlineData("127.0.0.1:-1", "'-1' is no port")]
    [InlineData("127.0.0.1:", "'' is no port")]
    [InlineData("", "expected ADDR:PORT")]
    public void Rejects_what_is_no_listener(string text, string message)
    {
        string error = Assert.Single(_run.Serve(("listen", text)).Errors);
        Assert.StartsWith($"--listen {text}: ", error);
        Assert.Contains(message, error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("1025")]
    public void Rejects_thread_counts_out_of_range(string text) =>
        Assert.Equal($"--threads {text}: expected a number from 1 to 1024", Assert.Single(_run.Serve(("threads", text)).Errors));

    [Theory]
    [InlineData("node", "")]
    [InlineData("node", "a b")]
    [InlineData("cluster", "a:b")]
    [InlineData("region", "-x")]
    public void Rejects_names_that_cannot_be_part_of_a_key(string option, string text) =>
        Assert.StartsWith($"--{option} {text}: expected 1 to 63 letters", Assert.Single(_run.Serve((option, text)).Errors));

    [Theory]
    [InlineData("192.0.2.0/33")]
    [InlineData("everyone")]
    public void Rejects_what_is_no_network(string text) =>
        Assert.Contains("expected a CIDR", Assert.Single(_run.Serve(("explain-allow", text)).Errors));

    [Fact]
    public void Bits_beyond_a_prefix_do_not_count() =>
        Assert.Equal(IPNetwork.Parse("192.0.2.0/24"), Assert.Single(_run.Serve(("explain-allow", "192.0.2.77/24")).Options.ExplainAllow));

    [Fact]
    public void Accepts_networks_and_bare_addresses()
    {
        (NodeOptions options, List<string> errors) = _run.Serve(("explain-allow", "192.0.2.0/24"), ("explain-allow", "2001:db8::1"));
        Assert.Empty(errors);
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::1/128")], options.ExplainAllow);
    }

    [Theory]
    [InlineData("zones", "there is no such folder")]
    [InlineData("geo", "there is no such file")]
    [InlineData("admin-token-file", "there is no such file")]
    [InlineData("exec-dir", "there is no such folder")]
    public void Rejects_explicit_paths_that_do_not_exist(string option, string message) =>
        Assert.Equal($"--{option} /nowhere: {message}", Assert.Single(_run.Serve((option, "/nowhere")).Errors));

    [Theory]
    [InlineData("listen-quic")]
    public void Rejects_what_this_version_does_not_have_rather_than_ignore_it(string option) =>
        Assert.EndsWith("is not available in this version", Assert.Single(_run.Serve((option, "x")).Errors));

    [Fact]
    public void Encrypted_listeners_and_their_certificate_belong_together()
    {
        Assert.Equal(["--listen-tls: needs --tls-cert too", "--listen-tls: needs --tls-key too"], _run.Serve(("listen-tls", "127.0.0.1:8853")).Errors);
        string file = _run.WriteFile("cert.pem");
        Assert.Equal("--tls-cert: is for --listen-tls and --listen-https; give one of those or leave it out", Assert.Single(_run.Serve(("tls-cert", file)).Errors));
        TransportOptions options = _run.Serve(("listen-https", "127.0.0.1:8443"), ("tls-cert", file), ("tls-key", file)).Options.Transports;
        Assert.Equal("127.0.0.1:8443", Assert.Single(options.Https).ToString());
    }

    [Theory]
    [InlineData("rrl", "-1", "expected a number from 0 to 60000")]
    [InlineData("rrl-slip", "11", "expected a number from 0 to 10")]
    [InlineData("max-connections", "0", "expected a number from 1 to 1000000")]
    [InlineData("proxy-protocol-from", "everyone", "expected a CIDR such as 192.0.2.0/24 or 2001:db8::/32")]
    public void Limits_out_of_range_are_refused(string option, string text, string message) =>
        Assert.Equal($"--{option} {text}: {message}", Assert.Single(_run.Serve((option, text)).Errors));

    [Fact]
    public void Nothing_is_limited_by_default()
    {
        RateLimitOptions rates = _run.Serve().Options.Transports.Rates;
        Assert.True(rates.IsOff);
        Assert.Equal(2, rates.Slip);
        Assert.Equal(200, _run.Serve(("rrl", "200")).Options.Transports.Rates.Rate);
    }

    [Fact]
    public void A_witness_is_a_switch_and_serves_no_dns()
    {
        Assert.True(_run.Serve(("probe-only", "true")).Options.ProbeOnly);
        Assert.False(_run.Serve(("probe-only", "false")).Options.ProbeOnly);
        Assert.Equal("--probe-only x: expected true or false", Assert.Single(_run.Serve(("probe-only", "x")).Errors));
        Assert.Equal("--listen: a witness (probe-only) serves no DNS; leave one of the two out",
            Assert.Single(_run.Serve(("probe-only", "true"), ("listen", "127.0.0.1:5311")).Errors));
    }

    [Fact]
    public void All_errors_are_there_at_once() =>
        Assert.Equal(5, _run.Serve(("listen", "a"), ("listen", "b"), ("admin", "c"), ("threads", "0"), ("zones", "/nowhere")).Errors.Count);

    [Fact]
    public void Repeated_listeners_add_up_and_equal_ones_count_once()
    {
        NodeOptions options = _run.Serve(("listen", "127.0.0.1:1"), ("listen", "127.0.0.2:1"), ("listen", "127.0.0.1:1")).Options;
        Assert.Equal(["127.0.0.1:1", "127.0.0.2:1"], options.Listen.Select(l => l.ToString()));
    }

    [Fact]
    public void Default_paths_are_the_working_folder_and_else_beside_the_program()
    {
        string beside = _run.MakeFolder("program/zones");
        _run.WriteFile("program/geodata/sample.mmdb");
        NodeOptions options = _run.Serve().Options;
        Assert.Equal(beside, options.Zones);
        Assert.Equal(Path.Combine(_run.Host.ProgramDirectory, "geodata", "sample.mmdb"), Assert.Single(options.Geo));

        _run.MakeFolder("zones");
        _run.WriteFile("geodata/GeoLite2-City.mmdb");
        _run.WriteFile("geodata/sample.mmdb");
        options = _run.Serve().Options;
        Assert.Equal("zones", options.Zones);
        Assert.Equal(["geodata/sample.mmdb", "geodata/GeoLite2-City.mmdb"], options.Geo);
    }

    [Fact]
    public void Transfers_are_for_nobody_until_somebody_is_named()
    {
        TransferOptions options = _run.Serve().Options.Transfer;
        Assert.Empty(options.Allow);
        Assert.True(options.WithSteering);
        Assert.Empty(options.Notify.Concat(options.Secondary).Concat(options.Catalogs));
    }

    [Fact]
    public void Accepts_transfers_and_their_peers()
    {
        (NodeOptions options, List<string> errors) = _run.Serve(("transfer-allow", "192.0.2.0/24"), ("transfer-steering", "no"), ("notify", "192.0.2.1:53,key:xfer"),
            ("secondary", "example.org=[2001:db8::1]:5300,key:xfer.example."), ("catalog", "cat.invalid=192.0.2.1:53"));
        Assert.Empty(errors);
        Assert.Equal("192.0.2.0/24", Assert.Single(options.Transfer.Allow).ToString());
        Assert.False(options.Transfer.WithSteering);
        Assert.Equal("192.0.2.1:53 with key xfer.", Assert.Single(options.Transfer.Notify).ToString());
        ZonePeer primary = Assert.Single(options.Transfer.Secondary);
        Assert.Equal("example.org. [2001:db8::1]:5300 with key xfer.example.", $"{primary.Zone} {primary}");
        Assert.Equal("cat.invalid. 192.0.2.1:53", $"{options.Transfer.Catalogs[0].Zone} {options.Transfer.Catalogs[0]}");
    }

    [Theory]
    [InlineData("transfer-allow", "everybody", "expected a CIDR such as 192.0.2.0/24, or key:NAME of a key in --tsig-keys")]
    [InlineData("transfer-allow", "key:a..b", "'a..b' is no domain name")]
    [InlineData("secondary", "192.0.2.1:53", "expected ZONE=ADDR:PORT or ZONE=ADDR:PORT,key:NAME")]
    [InlineData("secondary", "example.org=192.0.2.1", "expected ADDR:PORT")]
    [InlineData("secondary", "example.org=192.0.2.1:0", "port 0 is nobody's")]
    [InlineData("secondary", "a..b=192.0.2.1:53", "'a..b' is no domain name")]
    [InlineData("notify", "192.0.2.1:53,xfer", "'xfer' behind the address; expected nothing or key:NAME")]
    [InlineData("catalog", "cat.invalid=192.0.2.1:53,key:a,key:b", "'key:b' behind the address")]
    [InlineData("tsig-keys", "/nowhere", "there is no such file")]
    public void Rejects_transfers_that_are_none(string option, string value, string message)
        => Assert.Contains(message, Assert.Single(_run.Serve((option, value)).Errors));
}
