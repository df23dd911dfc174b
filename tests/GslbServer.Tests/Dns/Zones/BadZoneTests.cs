namespace GslbServer.Dns.Tests;

/// <summary>What a zone may not be. Each case is a zone that would be good without the lines in question, which stand from line 4 on.</summary>
public class BadZoneTests
{
    private const string Head = "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n NS ns1.example.net.\n";

    /// <summary>Lines, where the first error must stand, and a part of its message.</summary>
    public static TheoryData<string, string, string> Errors => new()
    {
        // Lines that cannot be read.
        { "www AAAAA 2001:db8::1", "4:5", "\"AAAAA\" is no record type; did you mean AAAA?" },
        { "www 300x A 192.0.2.1", "4:5", "\"300x\" is no TTL; expected a number with optional units such as 1h30m" },
        { "www 1h30 A 192.0.2.1", "4:5", "is no TTL" },
        { "www 2147483648 A 192.0.2.1", "4:5", "too large; expected at most 2147483647" },
        { "www 300 300 A 192.0.2.1", "4:9", "is no record type" },
        { "www CH TXT a", "4:5", "class CH is not served; expected IN" },
        { "www CLASS7 TXT a", "4:5", "expected IN" },
        { "www IN", "4:7", "expected a record type" },
        { "www", "4:4", "expected a record type" },
        { "NS ns1", "4:4", "a line whose owner is left out begins with a blank" },
        { "www ANY 192.0.2.1", "4:5", "messages only" },
        { "www OPT \\# 0", "4:5", "messages only" },
        { "www A", "4:6", "A ends early; expected the address, an IPv4 address" },
        { "www A 192.0.2.256", "4:7", "\"192.0.2.256\" is no address" },
        { "www A 192.0.2.01", "4:7", "is no address" },
        { "www A 192.0.2", "4:7", "is no address" },
        { "www A 192.0.2.1 192.0.2.2", "4:17", "expected the end of the line" },
        { "www AAAA 2001:db8:::1", "4:10", "expected an IPv6 address" },
        { "www AAAA fe80::1%eth0", "4:10", "expected an IPv6 address" },
        { "www AAAA 192.0.2.1", "4:10", "expected an IPv6 address" },
        { "www MX mail", "4:8", "\"mail\" is no preference; expected a number from 0 to 65535" },
        { "www MX 10", "4:10", "expected the host, a domain name" },
        { "www MX 65536 mail.example.net.", "4:8", "is no preference" },
        { "www SRV 0 0 x srv.example.net.", "4:13", "is no port" },
        { "www TXT \"never closed\nwww TXT good", "4:9", "a quote that is not closed" },
        { "www TXT ( a\nb", "4:9", "a parenthesis that is never closed" },
        { "www TXT a )", "4:11", "a closing parenthesis without an opening one" },
        { "www TXT a\\25", "4:9", "bad escape" },
        { "www TXT a\\256", "4:9", "bad escape" },
        { "www TXT " + new string('x', 256), "4:9", "256 octets; at most 255" },
        { "www TXT", "4:8", "one or more strings" },
        { "a..b A 192.0.2.1", "4:1", "a label is empty" },
        { new string('a', 64) + " A 192.0.2.1", "4:1", "longer than 63 octets" },
        { string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "b A 192.0.2.1", "4:1", "longer than 255 octets" },
        { "www CNAME a..b", "4:11", "a label is empty" },
        { "www CAA 0 is-sue ca.example.net", "4:11", "is no tag" },
        { "www CAA 256 issue ca.example.net", "4:9", "is no flags" },
        { "www TLSA 3 1 1 abc", "4:16", "expected pairs of hexadecimal digits" },
        { "www TLSA 3 1 1 xy", "4:16", "no part of the certificate association data" },
        { "www DS 1 8 2 abcd", "4:8", "a digest of 2 octets; digest type 2 has 32" },
        { "www SSHFP 1 2 abcd", "4:11", "fingerprint type 2 has 32" },
        { "www DNSKEY 256 3 8 A", "4:20", "incomplete" },
        { "www DNSKEY 256 3 8 AwEAAa==", "4:20", "incomplete" },
        { "www NAPTR 1 1 u E2U \"!x!y\" .", "4:11", "is no substitution" },
        { "www NAPTR 1 1 u E2U \"!x\\\\!y!\" .", "4:11", "is no substitution" },
        { "www HTTPS 1 . alpn=h2 alpn=h3", "4:23", "alpn is given twice" },
        { "www HTTPS 1 . foo=1", "4:15", "\"foo\" is no service parameter" },
        { "www HTTPS 1 . mandatory=port alpn=h2", "4:11", "port is mandatory, but is not given" },
        { "www HTTPS 1 . mandatory=mandatory", "4:15", "not mandatory itself" },
        { "www HTTPS 1 . mandatory=alpn,alpn alpn=h2", "4:15", "each service parameter once" },
        { "www HTTPS 1 . no-default-alpn", "4:11", "needs alpn" },
        { "www HTTPS 1 . no-default-alpn=1", "4:15", "expected no value" },
        { "www HTTPS 1 . port=65536", "4:15", "expected a port" },
        { "www HTTPS 1 . ipv4hint=192.0.2.1,x", "4:15", "expected IPv4 addresses" },
        { "www HTTPS 1 . alpn=h2,,h3", "4:15", "protocol names" },
        { "www HTTPS 1 . key6", "4:15", "expected the octets of a value of ipv6hint" },
        { "www HTTPS 1 . key65535=x", "4:15", "is no service parameter" },
        { "www HTTPS 0 svc.example.net. port=80", "4:30", "an alias (priority 0) has no service parameters" },
        { "www LOC 91 N 0 E 0m", "4:9", "expected the latitude" },
        { "www LOC 1 N 2 E", "4:16", "expected the altitude" },
        { "www TYPE65280 abc", "4:15", "expected \\# length hexadecimal" },
        { "www TYPE65280 \\# 3 abcd", "4:18", "says 3 octets, but 4 hexadecimal digits follow" },
        { "www TYPE65280 \\# x", "4:18", "expected a length" },
        { "www A \\# 3 abcdef", "4:10", "no RDATA of type A" },
        { "www MX \\# 4 00010161", "4:11", "no RDATA of type MX" },
        { "www NSEC a A FOO", "4:14", "\"FOO\" is no record type" },
        { "$FOO bar", "4:1", "\"$FOO\" is no directive" },
        { "$TTL", "4:5", "expected a TTL" },
        { "$TTL abc", "4:6", "is no TTL" },
        { "$ORIGIN a b", "4:11", "expected one domain name" },
        { "$ORIGIN a..b", "4:9", "a label is empty" },
        { "$INCLUDE missing.zone", "4:10", "cannot open \"missing.zone\"" },
        { "$GENERATE 5-1 a$ A 192.0.2.$", "4:11", "is no range" },
        { "$GENERATE 1-70000 a$ A 192.0.2.1", "4:11", "at most 65536" },
        { "$GENERATE 1-2 a$ A", "4:19", "$GENERATE ends early" },
        { "$GENERATE 1-2 a${x} A 192.0.2.1", "4:1", "\"${x}\" in $GENERATE" },
        { "$GENERATE 1-300 a$ A 192.0.2.$", "4:1", "\"192.0.2.256\" is no address" },

        // Between records (RFC 1034, 1035, 2181, 6672).
        { "@ SOA ns1 hostmaster 2 3600 600 86400 30", "4:1", "a second SOA; expected one" },
        { "www.example.net. A 192.0.2.1", "4:1", "outside the zone; expected example.org." },
        { "www CNAME a\nwww A 192.0.2.1", "4:1", "CNAME and other data at www.example.org. (A)" },
        { "www CNAME a\nWWW CNAME b", "5:1", "a second CNAME" },
        { "@ CNAME a", "4:1", "CNAME at the apex" },
        { "d DNAME a\nd DNAME b", "5:1", "a second DNAME" },
        { "d DNAME a\na.b.d A 192.0.2.1", "5:1", "below the DNAME at d.example.org." },
        { "d DNAME a\n  NS ns.example.net.", "4:1", "DNAME beside NS" },
        { "@ NS ns1", "4:1", "NS ns1.example.org. has no address" },
        { "@ NS 192.0.2.1", "4:1", "looks like an address" },
        { "@ NS .", "4:1", "names no server" },
        { "@ NS www\nwww CNAME a", "4:1", "is a CNAME" },
        { "www MX 10 a\na CNAME b.example.net.", "4:1", "is a CNAME" },
        { "child NS ns.child", "4:1", "has no glue" },
        { "www TXT" + string.Concat(Enumerable.Repeat(" a", 70_001)), "4:140006", "more than 70000 words" },
        { "*.w NS ns.example.net.", "4:1", "a wildcard cannot be a delegation" },

        // Where the records of the zone language may stand.
        { "www STEER geo a\nwww CNAME b", "4:1", "STEER beside CNAME" },
        { "www STEER geo a\nwww STEER geo b", "5:1", "a second STEER" },
        { "eu REGION 1 2\neu REGION 1 2", "5:1", "a second REGION" },
        { "web CHECK tcp\nweb CHECK http", "5:1", "a second CHECK" },
        { "child NS ns.example.net.\nchild STEER geo a", "5:1", "STEER beside NS" },
        { "child NS ns.example.net.\nwww.child STEER geo a", "5:1", "under the delegation of child.example.org." },
        { "d DNAME a\nwww.d STEER geo a", "5:1", "below the DNAME" },
        { "*.eu REGION 1 2", "4:1", "a wildcard" },
        { "a.*.eu CHECK tcp", "4:1", "a wildcard" },
        { "www STEER geo a path=" + new string('x', 255), "4:17", "a word of 260 octets" },
        { "www STEER geo a map=" + new string('x', 255), "4:17", "at their commas" },
        { "www STEER", "4:10", "expected its words" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Bad_lines_are_refused_at_their_place_with_what_was_expected(string lines, string place, string message)
    {
        ZoneFile zone = Read(Head + lines + "\nlast A 192.0.2.99\n");
        ZoneDiagnostic? first = zone.Diagnostics.FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error);
        Assert.NotNull(first);
        Assert.Equal($"example.org.zone:{place}", first.Position.ToString());
        Assert.Contains(message, first.Message, StringComparison.Ordinal);
        // What is wrong does not stop the reading of what follows.
        if (!lines.StartsWith("$ORIGIN", StringComparison.Ordinal))
            Assert.Contains(zone.Records, r => r.Owner.Equals(DomainName.Parse("last.example.org.")));
    }

    /// <summary>As above, for what is odd but can be served.</summary>
    public static TheoryData<string, string, string> Warnings => new()
    {
        { "www A 192.0.2.1\nwww A 192.0.2.1", "5:1", "stands at example.org.zone:4:1 already; it is dropped" },
        { "www MX 1 MX.example.net.\nwww MX 1 mx.example.net.", "5:1", "it is dropped" },
        { "www 60 A 192.0.2.1\nwww 30 A 192.0.2.2", "5:1", "the lowest, 30, is used" },
        { "www MX 10 mail", "4:1", "MX mail.example.org. has no address" },
        { "_a._tcp SRV 0 0 1 alias\nalias CNAME a.example.net.", "4:1", "is a CNAME" },
        { "child NS ns.example.net.\na.child TXT hidden", "5:1", "TXT at a.child.example.org., under the delegation of child.example.org." },
        { "child NS ns.example.net.\nchild MX 10 a.example.net.", "5:1", "MX at child.example.org., under the delegation of child.example.org." },
        { "_a._tcp SRV 0 0 1 srv", "4:1", "has no address" },
        { "www MX 10 192.0.2.1.", "4:1", "looks like an address" },
    };

    [Theory]
    [MemberData(nameof(Warnings))]
    public void Odd_lines_are_warned_of_and_served(string lines, string place, string message)
    {
        ZoneFile zone = Read(Head + lines);
        Assert.False(zone.HasErrors, string.Join('\n', zone.Diagnostics));
        ZoneDiagnostic only = Assert.Single(zone.Diagnostics);
        Assert.Equal($"example.org.zone:{place}", only.Position.ToString());
        Assert.Contains(message, only.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_reported_at_once_in_the_order_of_their_lines()
    {
        ZoneFile zone = Read(Head + "a A x\nb AAAAA y\n\nc CNAME d\nc A 192.0.2.1\n@ SOA a b 1 2 3 4 5\n");
        Assert.Equal(["4:5", "5:3", "7:1", "9:1"], zone.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => $"{d.Position.Line}:{d.Position.Column}"));
    }

    [Fact]
    public void Zone_without_SOA_or_NS_is_refused()
    {
        ZoneFile empty = Read("; nothing\n");
        Assert.Null(empty.Apex);
        Assert.Equal("example.org.zone:0:0: the zone has no SOA that could be read; expected one at its apex", Assert.Single(empty.Diagnostics).ToString());
        ZoneFile lame = Read("@ 60 SOA ns1 hostmaster 1 3600 600 86400 30");
        Assert.Contains("no NS at its apex", Assert.Single(lame.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_errors_are_cut_off_and_counted()
    {
        ZoneFile zone = Read(Head + string.Concat(Enumerable.Repeat("x A x\n", 5000)));
        Assert.Equal(DnsLimits.Diagnostics + 1, zone.Diagnostics.Count);
        Assert.Contains("4000 more errors", zone.Diagnostics[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SOA_minimum_above_300_is_warned_of_in_a_steered_zone()
    {
        string text = Head.Replace("86400 30", "86400 301", StringComparison.Ordinal);
        Assert.Empty(Read(text).Diagnostics);
        Assert.Contains("SOA minimum is 301", Assert.Single(Read(text + "www STEER geo a").Diagnostics).ToString(), StringComparison.Ordinal);
    }

    private static ZoneFile Read(string text) => ZoneFileReader.Read("example.org.zone", text, DomainName.Parse("example.org."));
}
