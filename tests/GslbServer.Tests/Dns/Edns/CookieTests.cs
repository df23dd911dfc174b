using System.Buffers.Binary;
using System.Net;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 7873 with the server cookies of RFC 9018.</summary>
public sealed class CookieTests
{
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf", Other = "dd3bdf9344b678b185a6f5cb60fca715", Third = "445536bcd2513298075a5d379663c962";
    private const uint Now = 1_559_734_385;

    [Theory] // RFC 9018 appendix A
    [InlineData(Secret, "198.51.100.100", "2464c4abcf10c957", 1_559_731_985, CookieState.ClientOnly, "2464c4abcf10c957010000005cf79f111f8130c3eee29480")]
    [InlineData(Secret, "198.51.100.100", "2464c4abcf10c957010000005cf79f111f8130c3eee29480", Now, CookieState.Good, "2464c4abcf10c957010000005cf7a871d4a564a1442aca77")]
    [InlineData(Secret, "203.0.113.203", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1_559_728_000, CookieState.Good, null)] // reserved octets that are set count
    [InlineData(Secret, "203.0.113.203", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1_559_734_700, CookieState.Bad, "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e")]
    [InlineData(Third + "\n" + Other, "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1_559_741_961, CookieState.Good,
        "22681ab97d52c298010000005cf7c609a6bb79d16625507a")]
    public void Cookies_are_those_of_the_standard(string secrets, string client, string cookie, uint now, CookieState state, string? answered)
    {
        (CookieState found, string answer) = Ask(secrets, client, cookie, now);
        Assert.Equal(state, found);
        if (answered is not null) Assert.Equal(answered, answer);
    }

    [Theory]
    [InlineData(0, CookieState.Good)]
    [InlineData(3600, CookieState.Good)]
    [InlineData(3601, CookieState.Bad)]
    [InlineData(-300, CookieState.Good)]
    [InlineData(-301, CookieState.Bad)]
    public void Cookie_is_good_for_an_hour_and_five_minutes_ahead(int age, CookieState state)
    {
        string cookie = Ask(Secret, "192.0.2.1", "0102030405060708", Now).Answer;
        Assert.Equal(state, Ask(Secret, "192.0.2.1", cookie, (uint)(Now + age)).State);
    }

    [Fact]
    public void Fresh_cookie_comes_back_as_it_is_and_an_older_one_renewed()
    {
        string cookie = Ask(Secret, "192.0.2.1", "0102030405060708", Now).Answer;
        Assert.Equal(cookie, Ask(Secret, "192.0.2.1", cookie, Now + 1799).Answer);
        Assert.Equal(cookie, Ask(Secret, "192.0.2.1", cookie, Now - 1).Answer); // another server's, whose clock is ahead
        Assert.NotEqual(cookie, Ask(Secret, "192.0.2.1", cookie, Now + 1800).Answer);
    }

    [Fact]
    public void Cookie_belongs_to_an_address_a_client_and_a_secret()
    {
        string cookie = Ask(Secret, "192.0.2.1", "0102030405060708", Now).Answer;
        Assert.Equal(CookieState.Bad, Ask(Secret, "192.0.2.2", cookie, Now).State);
        Assert.Equal(CookieState.Bad, Ask(Secret, "192.0.2.1", "11" + cookie[2..], Now).State);
        Assert.Equal(CookieState.Bad, Ask(Other, "192.0.2.1", cookie, Now).State);
        Assert.Equal(CookieState.Good, Ask($"{Other}\n{Secret}", "192.0.2.1", cookie, Now).State);
        Assert.Equal(CookieState.Bad, Ask(Secret, "192.0.2.1", cookie[..^2] + "00" + "00", Now).State); // of another length, and so of another server
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(41)]
    public void Cookie_of_a_length_that_none_has_is_a_format_error(int length)
    {
        byte[] packet = new QueryMessage("example.org. A") { Opt = new() { Options = QueryMessage.Option(10, new byte[length]) } }.ToWire();
        Assert.Equal(QueryVerdict.Error, QueryReader.Read(packet, out Query query, out Rcode rcode));
        Assert.Equal((Rcode.FormErr, QueryFault.Cookie), (rcode, query.Fault));
    }

    [Fact]
    public void Of_several_cookies_the_first_counts_whatever_the_others_are()
    {
        byte[] options = [.. QueryMessage.Option(10, 1, 2, 3, 4, 5, 6, 7, 8), .. QueryMessage.Option(10, 1)];
        byte[] packet = new QueryMessage("example.org. A") { Opt = new() { Options = options } }.ToWire();
        Assert.Equal(QueryVerdict.Answer, QueryReader.Read(packet, out _, out _));
    }

    [Fact]
    public void Query_without_a_question_learns_a_cookie()
    {
        byte[] packet = [.. new QueryMessage(".").Header(0, 0, 0, 1), .. QueryMessage.OptRecord(new() { Options = QueryMessage.Option(10, 1, 2, 3, 4, 5, 6, 7, 8) })];
        Assert.Equal(QueryVerdict.Error, QueryReader.Read(packet, out Query query, out Rcode rcode));
        Assert.Equal(Rcode.NoError, rcode);
        byte[] buffer = new byte[512];
        CookieSecrets.Random().Answer(packet, ref query, isIPv6: false, 0xC000_0201_0000_0000, 0, Now);
        Reply reply = new(buffer.AsSpan(0, ResponseComposer.WriteError(packet, query, rcode, buffer)));
        Assert.Equal(24, reply.Is("NOERROR qr rd").Opt!.Options[10].Length);
    }

    [Theory]
    [InlineData("", "1: no secret, expected 32 hexadecimal digits a line")]
    [InlineData("# old\n\nabc", "3: expected 32 hexadecimal digits")]
    [InlineData(Secret + "\n" + Secret + "\n" + Secret + "\n" + Secret + "\n" + Secret, "5: at most 4 secrets")]
    public void Bad_secrets_are_refused_with_their_line(string text, string error)
    {
        Assert.Null(CookieSecrets.Parse(text, out string problem));
        Assert.Equal(error, problem);
    }

    /// <summary>The query is read, its cookie checked, and the error response's cookie read back.</summary>
    private static (CookieState State, string Answer) Ask(string secrets, string client, string cookie, uint now)
    {
        byte[] packet = new QueryMessage("example.org. A") { Opt = new() { Options = QueryMessage.Option(10, Convert.FromHexString(cookie)) } }.ToWire();
        QueryReader.Read(packet, out Query query, out _);
        byte[] address = new byte[16];
        IPAddress.Parse(client).TryWriteBytes(address, out int length);
        CookieState state = CookieSecrets.Parse(secrets, out _)!.Answer(packet, ref query, length == 16, BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address.AsSpan(8)), now);
        byte[] buffer = new byte[512];
        Reply reply = new(buffer.AsSpan(0, ResponseComposer.WriteError(packet, query, Rcode.BadCookie, buffer)));
        Assert.Equal("BADCOOKIE qr rd", reply.Status);
        return (state, Convert.ToHexString(reply.Opt!.Options[10]).ToLowerInvariant());
    }
}
