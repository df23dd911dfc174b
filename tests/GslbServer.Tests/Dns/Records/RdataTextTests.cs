namespace GslbServer.Dns.Tests;

public class RdataTextTests
{
    private static readonly DomainName Origin = DomainName.Parse("example.org.");

    /// <summary>Type, as written, as printed (the same where it is left out).</summary>
    public static TheoryData<string, string, string?> Written => new()
    {
        { "A", "192.0.2.1", null },
        { "AAAA", "2001:DB8::1", "2001:db8::1" },
        { "AAAA", "::ffff:192.0.2.1", null },
        { "AAAA", "::", null },
        { "AAAA", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201" },
        { "NS", "ns1", "ns1.example.org." },
        { "CNAME", "@", "example.org." },
        { "DNAME", "Example.COM.", null },
        { "PTR", @"a\.b", @"a\.b.example.org." },
        { "SOA", "ns1 host\\.master ( 2026112101 1h 10M 1W2D 30 )", @"ns1.example.org. host\.master.example.org. 2026112101 3600 600 777600 30" },
        { "MX", "10 mail", "10 mail.example.org." },
        { "MX", "0 .", null },
        { "TXT", "one \"two three\" \"\" \"qu\\\"ote\" b\\\\s \\255\\000", "\"one\" \"two three\" \"\" \"qu\\\"ote\" \"b\\\\s\" \"\\255\\000\"" },
        { "TXT", "a=\"b c\"", "\"a=\" \"b c\"" },
        { "SPF", "\"v=spf1 -all\"", null },
        { "SRV", "1 2 65535 srv", "1 2 65535 srv.example.org." },
        { "CAA", "0 issue \"ca.example.net; account=230123\"", null },
        { "CAA", "128 TBS Unknown", "128 TBS \"Unknown\"" },
        { "NAPTR", "100 50 \"s\" \"z3950+I2L+I2C\" \"!^.*$!a!\" _z3950._tcp", "100 50 \"s\" \"z3950+I2L+I2C\" \"!^.*$!a!\" _z3950._tcp.example.org." },
        { "TLSA", "3 1 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971",
            "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971" },
        { "SSHFP", "1 1 0123456789ABCDEF0123456789ABCDEF01234567", null },
        { "DS", "60485 RSASHA1 1 2BB183AF5F22588179A53B0A 98631FAD1A292118", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118" },
        { "CDS", "0 0 0 00", null },
        { "DNSKEY", "256 3 ECDSAP256SHA256 ( AQPSKmynfzW4 kyBv015MUG2DeIQ3 )", "256 3 13 AQPSKmynfzW4kyBv015MUG2DeIQ3" },
        { "CDNSKEY", "0 3 0 AA==", null },
        { "RRSIG", "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0",
            "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0" },
        { "NSEC", "host A MX RRSIG NSEC TYPE1234", "host.example.org. A MX RRSIG NSEC TYPE1234" },
        { "NSEC3", "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG", "1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG" },
        { "NSEC3PARAM", "1 0 0 -", null },
        { "CSYNC", "66 3 A NS AAAA", null },
        { "ZONEMD", "1 1 1 C68090D9", null },
        { "LOC", "42 21 54 N 71 06 18 W -24m 30m", "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m" },
        { "LOC", "60 N 24 39 E 10.5 0.01m 20 2000.00m", "60 0 0.000 N 24 39 0.000 E 10.50m 0.01m 20m 2000m" },
        { "HINFO", "PC-Intel-700mhz \"Redhat Linux 7.1\"", "\"PC-Intel-700mhz\" \"Redhat Linux 7.1\"" },
        { "RP", "admin .", "admin.example.org. ." },
        { "URI", "10 1 \"ftp://ftp1.example.com/public\"", null },
        { "AFSDB", "1 afs", "1 afs.example.org." },
        { "CERT", "PKIX 1 8 MxFcby9k", "1 1 8 MxFcby9k" },
        { "SMIMEA", "3 0 0 AB", null },
        { "OPENPGPKEY", "mQCNAw==", null },
        { "EUI48", "00-00-5e-00-53-2a", null },
        { "EUI64", "00-00-5e-ef-10-00-00-2a", null },
        { "NID", "10 0014:4fff:ff20:ee64", "10 14:4fff:ff20:ee64" },
        { "L32", "10 10.1.2.0", null },
        { "L64", "10 2001:db8:1140:1000", null },
        { "LP", "10 l64", "10 l64.example.org." },
        { "SVCB", "0 svc", "0 svc.example.org." },
        { "HTTPS", "1 .", null },
        { "HTTPS", "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
            "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1" },
        { "SVCB", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"" },
        { "SVCB", "16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2", "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"" },
        { "SVCB", "1 foo.example.com. key667=\"hello\\210qoo\"", "1 foo.example.com. key667=\"hello\\210qoo\"" },
        { "SVCB", "1 foo.example.com. ipv6hint=\"2001:db8::1,2001:db8::53:1\" port=53", "1 foo.example.com. port=53 ipv6hint=2001:db8::1,2001:db8::53:1" },
        { "HTTPS", "1 . no-default-alpn alpn=h3 ech=\"AEP+DQA/\" key9999", "1 . alpn=\"h3\" no-default-alpn ech=AEP+DQA/ key9999" },
        { "A", @"\# 4 c0000201", "192.0.2.1" },
        { "TYPE65280", @"\# 3 ( ab cd ef )", @"\# 3 ABCDEF" },
        { "TYPE65280", @"\# 0", null },
        { "NULL", @"\# 1 00", null },
        { "TYPE1", "192.0.2.1", null },
        { "REGION", "39.04 -77.49 capacity=4000", "\"39.04\" \"-77.49\" \"capacity=4000\"" },
        { "CHECK", "http path=\"/a b\" host=www address=eu:192.0.2.1,us:2001:db8::1",
            "\"http\" \"path=/a b\" \"host=www\" \"address=eu.example.org.:192.0.2.1,us.example.org.:2001:db8::1\"" },
        { "STEER", "geo eu MAP=EU:eu \"check=a, b\" all-down=Last",
            "\"geo\" \"eu.example.org.\" \"map=EU:eu.example.org.\" \"check=a.example.org.,b.example.org.\" \"all-down=Last\"" },
        { "STEER", "weighted us=90 eu.example.com.=10 check=a,b \"all-down=eu\" map=2001:db8::/32:eu/us",
            "\"weighted\" \"us.example.org.=90\" \"eu.example.com.=10\" \"check=a.example.org.,b.example.org.\" \"all-down=eu.example.org.\" "
            + "\"map=2001:db8::/32:eu.example.org./us.example.org.\"" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void Rdata_is_read_printed_and_read_again(string typeName, string text, string? printed)
    {
        Assert.True(RecordTypeName.TryParse(typeName, out RecordType type));
        Assert.True(RdataText.TryParse(type, text, Origin, out byte[]? rdata, out string? error), error);
        Assert.Equal(printed ?? text, RdataText.Format(type, rdata));
        Assert.True(RdataText.TryParse(type, RdataText.Format(type, rdata), DomainName.Root, out byte[]? again, out error), error);
        Assert.Equal(rdata, again);
        Assert.True(RdataText.TryParse(type, RdataText.FormatGeneric(rdata), DomainName.Root, out again, out error), error);
        Assert.Equal(rdata, again);
    }
}
