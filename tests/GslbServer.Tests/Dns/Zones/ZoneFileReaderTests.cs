namespace GslbServer.Dns.Tests;

public class ZoneFileReaderTests
{
    private const string Head = "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n NS ns1.example.net.\n";

    [Fact]
    public void Example_of_RFC_1035_section_5_3_is_read()
    {
        const string Main = """
            @   IN  SOA     VENERA      Action\.domains (
                                             20     ; SERIAL
                                             7200   ; REFRESH
                                             600    ; RETRY
                                             3600000; EXPIRE
                                             60)    ; MINIMUM

                    NS      A.ISI.EDU.
                    NS      VENERA
                    NS      VAXA
                    MX      10      VENERA
                    MX      20      VAXA

            A       A       26.3.0.103

            VENERA  A       10.1.0.52
                    A       128.9.0.32

            VAXA    A       10.2.0.27
                    A       128.9.0.33


            $INCLUDE <SUBSYS>ISI-MAILBOXES.TXT
            """;
        const string Mailboxes = """
            MOE     MB      A.ISI.EDU.
            LARRY   MB      A.ISI.EDU.
            CURLEY  MB      A.ISI.EDU.
            STOOGES MG      MOE
                    MG      LARRY
                    MG      CURLEY
            """;
        ZoneFile zone = ZoneFileReader.Read("isi.edu.zone", Main, DomainName.Parse("isi.edu."),
            (file, _) => file == "<SUBSYS>ISI-MAILBOXES.TXT" ? ("mailboxes", Mailboxes) : null);
        Assert.Equal("isi.edu.zone:1:1: warning: no TTL here and no $TTL before; the SOA's minimum, 60, is used", Assert.Single(zone.Diagnostics).ToString());
        Assert.Equal(17, zone.Records.Count);
        Assert.Equal(@"isi.edu. 60 IN SOA VENERA.isi.edu. Action\.domains.isi.edu. 20 7200 600 3600000 60", zone.Records[0].ToString());
        Assert.Equal("STOOGES.isi.edu. 60 IN MG CURLEY.isi.edu.", zone.Records[^1].ToString());
        Assert.Equal("mailboxes:6:9", zone.Records[^1].Position.ToString());
    }

    [Theory]
    [InlineData("www 60 IN A 192.0.2.1", "www.example.org. 60 IN A 192.0.2.1")]
    [InlineData("www IN 60 A 192.0.2.1", "www.example.org. 60 IN A 192.0.2.1")]
    [InlineData("www in 1h30m a 192.0.2.1", "www.example.org. 5400 IN A 192.0.2.1")]
    [InlineData("www CLASS1 1W2D A 192.0.2.1", "www.example.org. 777600 IN A 192.0.2.1")]
    [InlineData("www 0 A 192.0.2.1", "www.example.org. 0 IN A 192.0.2.1")]
    [InlineData("www A 192.0.2.1;comment", "www.example.org. 300 IN A 192.0.2.1")]
    [InlineData("www\tA\t192.0.2.1\r\n", "www.example.org. 300 IN A 192.0.2.1")]
    [InlineData("\fwww A 192.0.2.1", "www.example.org. 300 IN A 192.0.2.1")]
    [InlineData("www TXT ; none (\n( ; a ) here\n\"x;y\" ) ; end", "")]
    [InlineData("www TXT ( ; a ) here\n\"x;(y)\" a\\;b ) ; end", "www.example.org. 300 IN TXT \"x;(y)\" \"a;b\"")]
    [InlineData("www (\n 60 A\n 192.0.2.1 )", "www.example.org. 60 IN A 192.0.2.1")]
    [InlineData("www TXT((a)b(c))", "www.example.org. 300 IN TXT \"a\" \"b\" \"c\"")]
    [InlineData("www TXT \"a\\\nb\"", "www.example.org. 300 IN TXT \"a\\010b\"")]
    [InlineData("www TXT caf\u00e9", "www.example.org. 300 IN TXT \"caf\\233\"")]
    [InlineData("*.w A 192.0.2.1", "*.w.example.org. 300 IN A 192.0.2.1")]
    [InlineData("w\\046w A 192.0.2.1", "w\\.w.example.org. 300 IN A 192.0.2.1")]
    [InlineData("\\$x A 192.0.2.1", "\\$x.example.org. 300 IN A 192.0.2.1")]
    [InlineData("60 60 A 192.0.2.1", "60.example.org. 60 IN A 192.0.2.1")]
    [InlineData("in in a 192.0.2.1", "in.example.org. 300 IN A 192.0.2.1")]
    [InlineData("a TYPE1 \\# 4 C0000201", "a.example.org. 300 IN A 192.0.2.1")]
    [InlineData("$ORIGIN sub\nwww A 192.0.2.1", "www.sub.example.org. 300 IN A 192.0.2.1")]
    [InlineData("$origin other.example.org.\n@ A 192.0.2.1", "other.example.org. 300 IN A 192.0.2.1")]
    [InlineData("$TTL 2h\nwww A 192.0.2.1", "www.example.org. 7200 IN A 192.0.2.1")]
    public void Line_is_read_as_RFC_1035_section_5_1_says(string line, string expected)
    {
        ZoneFile zone = Read(Head + line);
        if (expected.Length == 0)
        {
            Assert.True(zone.HasErrors);
            return;
        }
        Assert.Empty(zone.Diagnostics);
        Assert.Equal(expected, zone.Records[^1].ToString());
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\u00EF\u00BB\u00BF")]
    public void Byte_order_mark_is_no_part_of_the_zone(string mark)
    {
        ZoneFile zone = Read(mark + "@ 300 SOA ns1 hostmaster 1 3600 600 86400 30\n NS ns1.example.net.");
        Assert.Empty(zone.Diagnostics);
        Assert.Equal(new SourcePosition("example.org.zone", 1, 1), zone.Records[0].Position);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Every_line_end_counts_a_line(string lineEnd)
    {
        ZoneFile zone = Read((Head + "\n; comment\n\n  \nwww A 192.0.2.1").ReplaceLineEndings(lineEnd));
        Assert.Empty(zone.Diagnostics);
        Assert.Equal("example.org.zone:8:1", zone.Records[^1].Position.ToString());
    }

    [Fact]
    public void Record_without_TTL_takes_that_of_the_record_before_it()
    {
        ZoneFile zone = Read("@ 600 SOA ns1 hostmaster 1 3600 600 86400 30\n NS ns1.example.net.\nwww 60 A 192.0.2.1\nftp A 192.0.2.1\n");
        Assert.Equal([600u, 600u, 60u, 60u], zone.Records.Select(r => r.Ttl));
        Assert.Empty(zone.Diagnostics);
    }

    [Fact]
    public void Include_has_its_own_origin_and_gives_back_the_origin_and_owner_of_its_includer()
    {
        ZoneFile zone = Read(Head + "www A 192.0.2.1\n$INCLUDE sub.inc sub\n  TXT after\nnext A 192.0.2.3\n", (file, from) =>
        {
            Assert.Equal(("sub.inc", "example.org.zone"), (file, from));
            return ("dir/sub.inc", "a A 192.0.2.2\n$ORIGIN deep\nb A 192.0.2.2\n$TTL 5\n");
        });
        Assert.Empty(zone.Diagnostics);
        Assert.Equal(["www.example.org.", "a.sub.example.org.", "b.deep.sub.example.org.", "www.example.org.", "next.example.org."],
            zone.Records.Skip(2).Select(r => r.Owner.ToString()));
        Assert.Equal("dir/sub.inc:1:1", zone.Records[3].Position.ToString());
    }

    [Fact]
    public void Include_of_itself_is_refused_and_a_long_chain_too()
    {
        ZoneFile loop = Read(Head + "$INCLUDE example.org.zone", (file, _) => (file, Head));
        Assert.Contains("includes itself", Assert.Single(loop.Diagnostics).Message, StringComparison.Ordinal);
        ZoneFile chain = Read(Head + "$INCLUDE 1", (file, _) => (file, $"$INCLUDE {file}1\n$INCLUDE {file}2\n"));
        Assert.Contains(chain.Diagnostics, d => d.Message.Contains("goes too far", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1-3 h$ A 192.0.2.$", "h1 A 192.0.2.1", "h2 A 192.0.2.2", "h3 A 192.0.2.3")]
    [InlineData("0-4/2 h$ 60 IN CNAME $.net.", "h0 CNAME 0.net.", "h2 CNAME 2.net.", "h4 CNAME 4.net.")]
    [InlineData("9-10 h${0,3} A 192.0.2.${-9}", "h009 A 192.0.2.0", "h010 A 192.0.2.1")]
    [InlineData("10-11 ${0,0,x}.${16,4,X} PTR h${0,3,o}.", "a.001A PTR h012.", "b.001B PTR h013.")]
    [InlineData("18-18 ${0,8,n}z PTR h.", "2.1.0.0.z PTR h.")]
    [InlineData("255-255 ${0,0,N}.x PTR h.", "F.F.x PTR h.")]
    [InlineData("1-1 a$$b TXT \"x$ \\$ y\"", "a\\$b TXT \"x1\" \"$\" \"y\"")]
    [InlineData("1-1 a MX 10 mail$.net.", "a MX 10 mail1.net.")]
    [InlineData("1-1 a TXT \"x y\" z$", "a TXT \"x y\" \"z1\"")]
    [InlineData("1-1 a TYPE65280 \\# 1 0$", "a TYPE65280 \\# 1 01")]
    public void Generate_makes_a_record_for_every_number(string line, params string[] expected)
    {
        ZoneFile zone = Read(Head + "$GENERATE " + line);
        Assert.DoesNotContain(zone.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(expected, zone.Records.Skip(2).Select(r => r.ToString().Replace(".example.org.", "", StringComparison.Ordinal)
            .Replace(" 300 IN", "", StringComparison.Ordinal).Replace(" 60 IN", "", StringComparison.Ordinal)));
        Assert.All(zone.Records.Skip(2), r => Assert.Equal("example.org.zone:4:1", r.Position.ToString()));
    }

    [Fact]
    public void Words_of_the_zone_language_keep_their_own_positions()
    {
        ZoneFile zone = Read(Head + "$ORIGIN sub\nwww 30 STEER latency eu us.example.org. (\n  check=web map=\"EU:eu\"\n  \"rto=60 s\" )\n");
        Assert.Empty(zone.Diagnostics);
        ConfigWords? words = zone.Records[^1].Words;
        Assert.NotNull(words);
        Assert.Equal("sub.example.org.", words.Origin.ToString());
        Assert.Equal(["5:14 latency", "5:22 eu", "5:25 us.example.org.", "6:3 check=web", "6:13 map=EU:eu", "7:3 rto=60 s"],
            words.Items.Select(w => $"{w.Position.Line}:{w.Position.Column} {w.Text}"));
    }

    [Fact]
    public void Words_of_the_generic_form_are_absolute_and_stand_where_the_record_stands()
    {
        ZoneRecord written = Read(Head + "www STEER geo eu check=web").Records[^1];
        ZoneRecord generic = Read(Head + "www TYPE65303 " + RdataText.FormatGeneric(written.Rdata)).Records[^1];
        Assert.Equal(written.Rdata, generic.Rdata);
        Assert.Equal(DomainName.Root, generic.Words?.Origin);
        Assert.Equal([("geo", 1), ("eu.example.org.", 1), ("check=web.example.org.", 1)], generic.Words?.Items.Select(w => (w.Text, w.Position.Column)));
    }

    [Fact]
    public void Long_list_is_carried_as_repeated_keys()
    {
        string map = string.Join(',', Enumerable.Range(0, 60).Select(i => $"AS{i}:eu"));
        ZoneRecord steer = Read(Head + "www STEER geo eu map=" + map).Records[^1];
        Assert.Equal($"map={map}", steer.Words?.Items[^1].Text);
        ZoneRecord generic = Read(Head + "www STEER " + RdataText.FormatGeneric(steer.Rdata)).Records[^1];
        List<string> words = [.. generic.Words?.Items.Select(w => w.Text) ?? []];
        Assert.True(words.Count > 4);
        Assert.All(words.Skip(2), w => Assert.StartsWith("map=", w, StringComparison.Ordinal));
        Assert.Equal(60, words.Skip(2).Sum(w => w.Split(',').Length));
    }

    [Fact]
    public void Target_named_like_a_key_is_written_with_its_final_dot()
    {
        ZoneRecord steer = Read(Head + "www STEER weighted check.=1 eu=2 check=web all-down=last.").Records[^1];
        Assert.Equal("\"weighted\" \"check.=1\" \"eu.example.org.=2\" \"check=web.example.org.\" \"all-down=last.\"", RdataText.Format(RecordType.STEER, steer.Rdata));
    }

    [Fact]
    public void Good_placements_are_accepted()
    {
        ZoneFile zone = Read(Head + """
            @ STEER geo eu
            * STEER geo eu
            eu REGION 1 2
               CNAME lb.example.net.
            us REGION 1 2
               A 192.0.2.1
            www STEER geo eu
                A 192.0.2.1
                AAAA 2001:db8::1
                MX 10 www
            _sip._tcp SRV 0 0 0 .
            null MX 0 .
            child NS ns.child
            child DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000
            ns.child A 192.0.2.1
            other NS ns.child
            d DNAME example.net.
            d A 192.0.2.1
            """);
        Assert.Empty(zone.Diagnostics);
    }

    [Fact]
    public void Owner_that_cannot_be_read_does_not_hand_its_records_to_the_one_before()
    {
        ZoneFile zone = Read(Head + "www A 192.0.2.1\na..b A 192.0.2.2\n  A 192.0.2.3\n");
        Assert.Equal(3, zone.Records.Count);
        Assert.Single(zone.Diagnostics);
    }

    [Fact]
    public void Records_of_one_owner_share_its_name()
    {
        ZoneFile zone = Read(Head + "a A 192.0.2.1\n A 192.0.2.2\nb A 192.0.2.1\na TXT x");
        Assert.Equal(zone.Records.NodeAt(2), zone.Records.NodeAt(3));
        Assert.Equal(zone.Records.NodeAt(2), zone.Records.NodeAt(5));
    }

    [Fact]
    public void Owner_keeps_the_case_that_each_record_has_it_in()
    {
        ZoneFile zone = Read(Head + "www A 192.0.2.1\nWWW A 192.0.2.2\n A 192.0.2.3\nwww A 192.0.2.4");
        Assert.Equal(["www.example.org.", "WWW.example.org.", "WWW.example.org.", "www.example.org."], zone.Records.Skip(2).Select(r => r.Owner.ToString()));
        Assert.Equal(4, zone.Records.At(DomainName.Parse("wWw.EXAMPLE.org.")).Count());
    }

    [Fact]
    public void Entry_across_the_end_of_a_block_is_read_whole()
    {
        const string Entries = "last A ( ; here\r\n 192.0.2.1 )\r\ntext TXT \"a b\"\r\nend AAAA 2001:db8::1\r\n";
        for (int blanks = 32 * 1024 - Head.Length - Entries.Length - 4; blanks < 32 * 1024; blanks++)
        {
            ZoneFile zone = Read(Head + ";" + new string(' ', blanks) + "\r\n" + Entries);
            Assert.Empty(zone.Diagnostics);
            int line = Head.Count(c => c == '\n') + 2;
            Assert.Equal([line, line + 2, line + 3], zone.Records.Skip(2).Select(r => r.Position.Line));
            Assert.All(zone.Records.Skip(2), r => Assert.Equal(1, r.Position.Column));
            Assert.Equal("end.example.org. 300 IN AAAA 2001:db8::1", zone.Records[^1].ToString());
        }
    }

    [Fact]
    public void Column_far_to_the_right_is_kept()
    {
        ZoneFile zone = Read(Head + "a A 192.0.2.1\n" + new string(' ', 70_000) + "A 192.0.2.2");
        Assert.Equal(70_001, zone.Records[^1].Position.Column);
    }

    private static ZoneFile Read(string text, Func<string, string, (string Path, string Text)?>? include = null)
        => ZoneFileReader.Read("example.org.zone", text, DomainName.Parse("example.org."), include);
}
