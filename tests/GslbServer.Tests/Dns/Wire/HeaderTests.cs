namespace GslbServer.Tests.Dns;

public sealed class HeaderTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns1 hostmaster 1 3600 600 86400 60
        @    NS  ns1
        ns1  A   192.0.2.1
        """);

    private const string Answer = "ns1.example.org. 300 A 192.0.2.1";

    private static readonly QueryMessage Plain = new("ns1.example.org. A");

    [Fact]
    public void Id_is_echoed() => Assert.Equal(0xBEEF, Server.Ask(Plain with { Id = 0xBEEF }).Id);

    [Theory]
    [InlineData(0x0000, "NOERROR qr aa")]
    [InlineData(0x0100, "NOERROR qr aa rd")]
    [InlineData(0x0110, "NOERROR qr aa rd cd")]
    [InlineData(0x0020, "NOERROR qr aa")] // AD is not ours to set
    [InlineData(0x0040, "NOERROR qr aa")] // Z
    [InlineData(0x0080, "NOERROR qr aa")] // RA
    [InlineData(0x0600, "NOERROR qr aa")] // AA and TC mean nothing in a query
    [InlineData(0x000F, "NOERROR qr aa")] // nor does an RCODE
    public void Flags_are_echoed_as_far_as_they_should(int flags, string status) => Server.Ask(Plain with { Flags = (ushort)flags }).Is(status, Answer);

    [Fact]
    public void Case_of_the_question_is_kept_in_question_and_answer()
    {
        Reply reply = Server.Ask("nS1.eXample.ORG. A").Is("NOERROR qr aa rd", "nS1.eXample.ORG. 300 A 192.0.2.1");
        Assert.Equal(["nS1.eXample.ORG. A"], reply.Questions);
    }

    [Theory]
    [InlineData(1)] // IQUERY
    [InlineData(2)] // STATUS
    [InlineData(4)] // NOTIFY
    [InlineData(5)] // UPDATE
    [InlineData(6)]
    [InlineData(15)]
    public void Other_opcode_is_not_implemented(int opcode)
    {
        Reply reply = Server.Ask(Plain with { Flags = (ushort)(opcode << 11), Opt = new() }).Is("NOTIMP qr");
        Assert.Equal(opcode, (reply.Flags >> 11) & 0xF);
        Assert.Equal(["ns1.example.org. A"], reply.Questions);
        Assert.NotNull(reply.Opt);
    }

    [Fact]
    public void Response_is_not_answered() => Assert.Null(Server.Send((Plain with { Flags = 0x8000 }).ToWire()));

    [Fact]
    public void Packet_without_a_whole_header_is_not_answered()
    {
        for (int length = 0; length < 12; length++) Assert.Null(Server.Send(Plain.ToWire().AsSpan(0, length)));
    }

    [Fact]
    public void Query_cut_anywhere_else_is_a_format_error()
    {
        byte[] packet = (Plain with { Opt = new() { Options = QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100) } }).ToWire();
        for (int length = 12; length < packet.Length; length++) Server.Send(packet.AsSpan(0, length))!.Is("FORMERR qr rd");
        Server.Send(packet)!.Is("NOERROR qr aa rd", Answer);
    }

    [Fact]
    public void Octets_around_the_query_do_not_matter()
    {
        byte[] packet = Plain.ToWire();
        byte[] dirty = [.. Enumerable.Repeat((byte)0xFF, 40), .. packet, .. Enumerable.Repeat((byte)0xFF, 40)];
        Server.Send(dirty.AsSpan(40, packet.Length))!.Is("NOERROR qr aa rd", Answer);
    }

    [Fact]
    public void Octets_behind_the_query_are_a_format_error() => Server.Send([.. Plain.ToWire(), 0])!.Is("FORMERR qr rd");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Any_number_of_questions_but_one_is_a_format_error(int questions)
    {
        byte[] question = Plain.ToWire()[12..];
        byte[] packet = [.. Plain.Header(questions, 0, 0, 0), .. Enumerable.Repeat(question, questions).SelectMany(q => q)];
        Assert.Empty(Server.Send(packet)!.Is("FORMERR qr rd").Questions);
    }

    [Fact]
    public void Query_without_question_but_with_opt_gets_opt()
        => Assert.NotNull(Server.Send([.. Plain.Header(0, 0, 0, 1), .. QueryMessage.OptRecord(new())])!.Is("FORMERR qr rd").Opt);

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x0C, 0, 1, 0, 1 })] // a pointer to itself
    [InlineData(new byte[] { 1, (byte)'a', 0xC0, 0x0C, 0, 1, 0, 1 })]
    [InlineData(new byte[] { 0x41, 1, 2, 0, 0, 1, 0, 1 })] // a label type nobody uses any more (RFC 6891 section 5)
    [InlineData(new byte[] { 0x80, 0, 0, 1, 0, 1 })]
    public void Question_with_other_than_plain_labels_is_a_format_error(byte[] question)
        => Server.Send([.. Plain.Header(1, 0, 0, 0), .. question])!.Is("FORMERR qr rd");

    [Fact]
    public void Question_longer_than_255_octets_is_a_format_error()
    {
        byte[] label = [63, .. Enumerable.Repeat((byte)'a', 63)];
        byte[] packet = [.. Plain.Header(1, 0, 0, 0), .. label, .. label, .. label, 62, .. label[1..63], 0, 0, 1, 0, 1];
        Server.Send(packet)!.Is("FORMERR qr rd");
    }

    [Fact]
    public void Records_that_a_query_need_not_have_are_read_over()
    {
        byte[] soa = [0xC0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 2, 0xAB, 0xCD];
        byte[] packet = [.. Plain.Header(1, 1, 1, 1), .. Plain.ToWire()[12..], .. soa, .. soa, .. soa];
        Server.Send(packet)!.Is("NOERROR qr aa rd", Answer);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(11)]
    public void Records_counted_but_missing_are_a_format_error(int countAt)
    {
        byte[] packet = Plain.ToWire();
        packet[countAt] = 1;
        Server.Send(packet)!.Is("FORMERR qr rd");
    }

    [Theory]
    [InlineData("AXFR", "REFUSED")]
    [InlineData("IXFR", "REFUSED")]
    [InlineData("TYPE253", "NOTIMP")]
    [InlineData("TYPE254", "NOTIMP")]
    [InlineData("OPT", "FORMERR")]
    [InlineData("TSIG", "FORMERR")]
    [InlineData("TYPE249", "FORMERR")]
    [InlineData("TYPE128", "FORMERR")]
    public void Type_that_is_no_data_is_turned_away(string type, string rcode) => Server.Ask($"ns1.example.org. {type}").Is($"{rcode} qr rd");
}
