using System.Diagnostics;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>A signed zone as it is transferred to servers that do not steer: the tools of BIND and NLnet Labs find it complete.</summary>
public sealed class SignedTransferTests
{
    private const string Zone = """
        $ORIGIN example.org.
        $TTL 300
        @        SOA    ns1 hostmaster 7 3600 600 86400 60
        @        NS     ns1
        @        MX     10 Mail
        ns1      A      192.0.2.53
        mail     A      192.0.2.25
        us-east  REGION 39.04 -77.49
                 A      198.51.100.1
        only     REGION 39.04 -77.49
        cdn      REGION 0 0
                 CNAME  www.example.net.
        none     CHECK  none
        www      STEER  failover us-east check=none
        www      A      192.0.2.1
        www      HTTPS  1 . alpn=h2 ipv4hint=192.0.2.1
        bare     STEER  failover us-east check=none
        *.wild   STEER  failover us-east check=none
        *.Txt    TXT    "wild"
        a.b.c    TXT    "deep"
        off      DNAME  txt
        child    NS     ns.child
        ns.child A      192.0.2.54
        a.b.child AAAA  2001:db8::1
        sec      NS     ns.child
        sec      DS     1 13 2 0000000000000000000000000000000000000000000000000000000000000000
        \000\.x  TXT    "odd"
        """;

    public static TheoryData<DenialKind, DnssecAlgorithm> Kinds
    {
        get
        {
            var kinds = new TheoryData<DenialKind, DnssecAlgorithm>();
            foreach (DnssecAlgorithm algorithm in Enum.GetValues<DnssecAlgorithm>())
            {
                kinds.Add(DenialKind.Nsec, algorithm);
                kinds.Add(DenialKind.Nsec3, algorithm);
            }
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ldns_and_BIND_verify_the_zone(DenialKind denial, DnssecAlgorithm algorithm)
    {
        DnssecKey keySigner = TestKeys.Make(algorithm, DnssecKey.SecureEntryPoint);
        ZoneKeySet keys = TestKeys.Of(keySigner, TestKeys.Make(algorithm, DnssecKey.ZoneKey)) with
        {
            Denial = denial,
            Cds = [DelegationSigner.Of(DomainName.Parse("example.org."), keySigner, DelegationSigner.Sha256)],
            Cdnskey = [keySigner.Rdata.ToArray()],
        };
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Transfer(keys, TimeProvider.System.GetUtcNow()));
            Run("ldns-verify-zone", path);
            Run("dnssec-verify", "-o", "example.org", path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_zone_with_compact_denial_has_no_chain_to_transfer()
    {
        Zone zone = TestServer.Sign(TestServer.Compile(Zone), TestKeys.Pair with { Denial = DenialKind.Compact }, new AnswerSignatures(new AnswerSignatureOptions()));
        Assert.False(TransferSource.CanBeSigned(zone));
        Assert.Throws<ArgumentException>(() => TransferSource.Signed(zone));
    }

    /// <summary>As it would come out of a transfer, in zone-file text.</summary>
    private static string Transfer(ZoneKeySet keys, DateTimeOffset now)
    {
        Zone zone = ZoneSigner.Sign(TestServer.Compile(Zone), new SigningWork(keys, now)
        {
            Answers = new AnswerSignatures(new AnswerSignatureOptions()),
            SteeredTypes = _ => AddressTypes.IPv4 | AddressTypes.IPv6,
        });
        var lines = new List<string>();
        IRecordCursor records = TransferSource.Signed(zone);
        while (records.MoveNext())
            lines.Add(new TransferRecord(DomainName.FromWire(records.Owner), records.Type, records.Ttl, records.Rdata.ToArray()).ToString());
        Assert.Equal(lines[0], lines[^1]);
        return string.Join('\n', lines[..^1]) + "\n";
    }

    private static void Run(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool}: {output}\n{error.Result}\n{File.ReadAllText(arguments[^1])}");
    }
}
