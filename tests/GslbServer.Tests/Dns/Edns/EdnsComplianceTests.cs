namespace GslbServer.Tests.Dns;

/// <summary>The probes of ISC's EDNS compliance tester (DNS-Compliance-Testing, genreport), by their names there, with what each wants to see.</summary>
public sealed class EdnsComplianceTests
{
    private const string Nsid = "00030000", Subnet = "0008000400010000", Expire = "00090000", Cookie = "000a00080102030405060708", Unknown = "00640000";

    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns1 hostmaster 1 3600 600 86400 60
        @    NS  ns1
        @    DNSKEY 256 3 13 oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA==
        ns1  A   192.0.2.1
        """);

    /// <param name="flags">Header flags of the probe.</param>
    /// <param name="type">0: a header without a question.</param>
    /// <param name="size">EDNS buffer size; 0: no OPT.</param>
    /// <param name="ednsFlags">0x8000 is DO.</param>
    /// <param name="options">Hexadecimal.</param>
    /// <param name="status">As dig says it.</param>
    /// <param name="hasRecord">Whether the answer section has the record asked for: with an unknown EDNS version or opcode it must be empty.</param>
    /// <param name="answered">Codes of the options that the response may have and has.</param>
    [Theory]
    [InlineData("dns", 0x0000, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("aa", 0x0400, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("ad", 0x0020, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("cd", 0x0010, 6, 0, 0, 0, "", "NOERROR qr aa cd", true)]
    [InlineData("ra", 0x0080, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("rd", 0x0100, 6, 0, 0, 0, "", "NOERROR qr aa rd", true)]
    [InlineData("tc", 0x0200, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("zflag", 0x0040, 6, 0, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("opcode", 0x7800, 0, 0, 0, 0, "", "NOTIMP qr", false)]
    [InlineData("opcodeflg", 0x7FF0, 0, 0, 0, 0, "", "NOTIMP qr", false)]
    [InlineData("type666", 0x0000, 666, 0, 0, 0, "", "NOERROR qr aa", false)]
    [InlineData("TYPE1000", 0x0000, 1000, 0, 0, 0, "", "NOERROR qr aa", false)]
    [InlineData("edns", 0x0000, 6, 4096, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("edns1", 0x0000, 6, 4096, 0, 1, "", "BADVERS qr", false)]
    [InlineData("edns@512", 0x0000, 48, 512, 0x8000, 0, "", "NOERROR qr aa", true)]
    [InlineData("ednsopt", 0x0000, 6, 4096, 0, 0, Unknown, "NOERROR qr aa", true)]
    [InlineData("edns1opt", 0x0000, 6, 4096, 0, 1, Unknown, "BADVERS qr", false)]
    [InlineData("do", 0x0000, 6, 4096, 0x8000, 0, "", "NOERROR qr aa", true)]
    [InlineData("docd", 0x0010, 6, 4096, 0x8000, 0, "", "NOERROR qr aa cd", true)]
    [InlineData("edns1do", 0x0000, 6, 4096, 0x8000, 1, "", "BADVERS qr", false)]
    [InlineData("ednsflags", 0x0000, 6, 4096, 0x0080, 0, "", "NOERROR qr aa", true)]
    [InlineData("optlist", 0x0000, 6, 4096, 0, 0, Nsid + Subnet + Expire + Cookie, "NOERROR qr aa", true, 3, 8, 10)]
    [InlineData("ednsnsid", 0x0000, 6, 4096, 0, 0, Nsid, "NOERROR qr aa", true, 3)]
    [InlineData("ednscookie", 0x0000, 6, 4096, 0, 0, Cookie, "NOERROR qr aa", true, 10)]
    [InlineData("ednsexpire", 0x0000, 6, 4096, 0, 0, Expire, "NOERROR qr aa", true)]
    [InlineData("ednssubnet", 0x0000, 6, 4096, 0, 0, Subnet, "NOERROR qr aa", true, 8)]
    [InlineData("edns1nsid", 0x0000, 6, 4096, 0, 1, Nsid, "BADVERS qr", false)]
    [InlineData("edns1cookie", 0x0000, 6, 4096, 0, 1, Cookie, "BADVERS qr", false)]
    [InlineData("edns1expire", 0x0000, 6, 4096, 0, 1, Expire, "BADVERS qr", false)]
    [InlineData("edns1subnet", 0x0000, 6, 4096, 0, 1, Subnet, "BADVERS qr", false)]
    [InlineData("ednstcp", 0x0000, 48, 512, 0x8000, 0, "", "NOERROR qr aa", true)]
    [InlineData("bind11", 0x0000, 6, 4096, 0x8000, 0, Cookie, "NOERROR qr aa", true, 10)]
    [InlineData("dig11", 0x0120, 6, 4096, 0, 0, Cookie, "NOERROR qr aa rd", true, 10)]
    [InlineData("edns@65535", 0x0000, 6, 65535, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("edns@0", 0x0000, 6, 0x10000, 0, 0, "", "NOERROR qr aa", true)]
    [InlineData("ednsopcode", 0x7800, 6, 4096, 0, 0, "", "NOTIMP qr", false)]
    public void Probe_is_answered_as_the_tester_wants(string probe, int flags, int type, int size, int ednsFlags, byte version, string options, string status, bool hasRecord,
        params int[] answered)
    {
        var question = new QueryMessage($"example.org. TYPE{type}")
        {
            Flags = (ushort)flags,
            Opt = size == 0 ? null : new((ushort)size) { Version = version, Flags = (ushort)ednsFlags, Options = Convert.FromHexString(options) },
        };
        byte[] packet = type == 0 ? question.Header(0, 0, 0, 0) : question.ToWire();
        foreach (bool overTcp in new[] { false, true })
        {
            Reply reply = Server.Send(packet, overTcp: overTcp)!;
            Assert.Equal((probe, status), (probe, reply.Status));
            Assert.Equal(hasRecord, reply.Answer.Any());
            Assert.Equal(size > 0, reply.Opt is not null);
            if (reply.Opt is not { } opt) continue;
            Assert.Equal(0, opt.Version);
            Assert.Equal(ednsFlags & 0x8000, opt.Flags);
            Assert.Equal(answered, opt.Options.Keys.Where(code => code != 15).Order());
            if (!overTcp) Assert.InRange(reply.Length, 12, Math.Clamp(size & 0xFFFF, 512, 1232));
        }
    }
}
