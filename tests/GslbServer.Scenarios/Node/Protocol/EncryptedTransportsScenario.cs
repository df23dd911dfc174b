using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>DNS over TLS and HTTPS, as kdig and curl see it.</summary>
public sealed class EncryptedTransportsScenario
{
    [Fact]
    public async Task Kdig_asks_over_TLS_and_HTTPS_and_gets_the_answers_of_UDP()
    {
        await using SmallNode small = await SmallNode.StartAsync(encrypted: true);
        foreach (string question in new[] { "host.example.org A", "www.example.org A +subnet=198.51.100.0/24", "nope.example.org A", "large.example.org A +tcp", "example.org SOA" })
        {
            KdigReply plain = await Kdig.AskAsync(small.Node.Port, question);
            (int Port, string How)[] ways =
            [
                (small.TlsPort, $"+tls +tls-ca={small.Certificate} +tls-hostname=dns.example"), (small.HttpsPort, "+https"), (small.HttpsPort, "+https +https-get"),
            ];
            foreach ((int port, string how) in ways)
            {
                KdigReply encrypted = await Kdig.AskAsync(port, $"{question} {how} +nopadding");
                Assert.True(plain.Status.Length > 0 && plain.Status == encrypted.Status && plain.Records.Order().SequenceEqual(encrypted.Records.Order()), $"{question} {how}\n{plain}\n{encrypted}");
            }
        }
    }

    [Theory]
    [InlineData("host.example.org A")]
    [InlineData("large.example.org A")]
    [InlineData("nope.example.org A")]
    public async Task Padded_questions_get_answers_in_blocks_of_468_octets(string question)
    {
        await using SmallNode small = await SmallNode.StartAsync(encrypted: true);
        foreach ((int port, string how) in new[] { (small.TlsPort, "+tls"), (small.HttpsPort, "+https") })
        {
            KdigReply reply = await Kdig.AskAsync(port, $"{question} {how} +padding=128");
            Assert.True(reply.Size > 0 && reply.Size % 468 == 0, reply.Text);
        }

        Assert.DoesNotContain("PADDING", (await Kdig.AskAsync(small.Node.Port, $"{question} +padding=128")).Text);
    }

    [Fact]
    public async Task Curl_sees_the_status_codes_of_RFC_8484()
    {
        await using SmallNode small = await SmallNode.StartAsync(encrypted: true);
        string url = $"https://127.0.0.1:{small.HttpsPort}/dns-query", large = small.Folder.File("large");
        await File.WriteAllBytesAsync(large, new byte[70_000]);
        // The query of RFC 8484 section 4.1.1: www.example.com A, which is not ours.
        Assert.Equal("200 application/dns-message", await CurlAsync($"{url}?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"));
        Assert.Equal("200 application/dns-message", await CurlAsync("--http1.1", $"{url}?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"));
        Assert.StartsWith("400 ", await CurlAsync(url));
        Assert.StartsWith("400 ", await CurlAsync($"{url}?dns=AAAA"));
        Assert.StartsWith("404 ", await CurlAsync($"https://127.0.0.1:{small.HttpsPort}/"));
        Assert.StartsWith("405 ", await CurlAsync("-X", "DELETE", url));
        Assert.StartsWith("415 ", await CurlAsync("-d", "x=y", url));
        Assert.StartsWith("413 ", await CurlAsync("-H", "content-type: application/dns-message", "--data-binary", $"@{large}", url));
        Assert.StartsWith("413 ", await CurlAsync("--http1.1", "-H", "transfer-encoding: chunked", "-H", "content-type: application/dns-message", "--data-binary", $"@{large}", url));
        Assert.Equal(2, await small.MetricAsync("gslb_dns_malformed_total{kind=\"https_oversized\"}"));

        async Task<string> CurlAsync(params string[] arguments)
        {
            ToolResult result = await Tool.RunAsync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", "--cacert", small.Certificate,
                "--resolve", $"dns.example:{small.HttpsPort}:127.0.0.1", .. arguments.Select(a => a.Replace("https://127.0.0.1:", "https://dns.example:", StringComparison.Ordinal))]);
            Assert.True(result.ExitCode == 0, result.Text);
            return result.Text;
        }
    }

    [Fact]
    public async Task Certificate_is_renewed_while_serving_and_a_half_renewed_one_changes_nothing()
    {
        await using SmallNode small = await SmallNode.StartAsync(encrypted: true);
        string old = small.Folder.File("old.pem");
        File.Copy(small.Certificate, old);

        File.Copy(small.Key, small.Folder.File("old-key.pem"));
        await SmallNode.MakeCertificateAsync(small.Folder, "next.example");
        string key = await File.ReadAllTextAsync(small.Key);
        small.Folder.Write("key.pem", await File.ReadAllTextAsync(small.Folder.File("old-key.pem")));
        await Eventually.GetAsync(() => Task.FromResult(small.Node.Output.ToString()), log => log!.Contains("in force stays the certificate of CN=dns.example", StringComparison.Ordinal));
        Assert.Equal("NOERROR", (await AskAsync(old, "dns.example")).Status);

        small.Folder.Write("key.pem", key);
        await Eventually.GetAsync(() => AskAsync(small.Certificate, "next.example"), reply => reply.Status == "NOERROR");
        Assert.NotEqual("NOERROR", (await AskAsync(old, "dns.example")).Status);

        Task<KdigReply> AskAsync(string authority, string name) => Kdig.AskAsync(small.TlsPort, $"host.example.org A +tls +tls-ca={authority} +tls-hostname={name}");
    }

    [Fact]
    public async Task A_listed_proxy_says_who_the_client_is()
    {
        await using SmallNode small = await SmallNode.StartAsync(encrypted: true, more: ["--proxy-protocol-from", "127.0.0.0/8"]);
        foreach ((int port, string how) in new[] { (small.Node.Port, "+notcp"), (small.Node.Port, "+tcp") })
        {
            KdigReply europe = await Kdig.AskAsync(port, $"www.example.org A +proxy=198.51.100.77#4242-192.0.2.53#53 +time=1 {how}");
            Assert.True(europe.Records is ["www.example.org. 30 IN A 198.51.100.10"], europe.Text);
            KdigReply elsewhere = await Kdig.AskAsync(port, $"www.example.org A +proxy=203.0.113.77#4242-192.0.2.53#53 +time=1 {how}");
            Assert.True(elsewhere.Records is ["www.example.org. 30 IN A 192.0.2.10"], elsewhere.Text);
        }

        // curl speaks version 1, in front of TLS.
        ToolResult curl = await Tool.RunAsync("curl", "-sk", "--haproxy-protocol", "-o", "/dev/null", "-w", "%{http_code}",
            $"https://127.0.0.1:{small.HttpsPort}/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB");
        Assert.Equal("200", curl.Text);
        Assert.NotEqual("NOERROR", (await Dig.AskAsync(small.Node.Port, "host.example.org A")).Status); // from a proxy, and no header
        Assert.True(await small.MetricAsync("gslb_dns_malformed_total{kind=\"proxy_header\"}") >= 1);
    }

    [Fact]
    public async Task A_certificate_without_its_key_keeps_the_node_from_starting()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", SmallNode.Zone);
        await SmallNode.MakeCertificateAsync(folder, "dns.example");
        folder.Write("key.pem", "nothing\n");
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--zones", folder.File("zones"), "--state", folder.File("state"),
            "--listen-tls", "127.0.0.1:0", "--tls-cert", folder.File("cert.pem"), "--tls-key", folder.File("key.pem"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no certificate with its key, expected PEM", result.Text);
    }
}
