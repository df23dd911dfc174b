using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests.Forwarding;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "Length", 5, true)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "Length", 0, true)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length:5\n\n", 200, "Length", 5, true)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", 200, "Chunked", 0, true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x, close\r\nContent-Length: 1\r\n\r\n", 200, "Length", 1, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, "Length", 1, false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n", 200, "Length", 1, true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, "UntilClose", 0, false)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "None", 5, true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "None", 5, true)]
    public void The_end_of_content_is_found_by_the_rules_of_RFC_9112_6_3(string head, int status, string framing, long length, bool keeps)
    {
        Assert.True(TryRead(head, out ResponseHead read, out _));
        Assert.Equal((status, framing, length, keeps, head.Length), (read.Status, read.Framing.ToString(), read.ContentLength, read.KeepsConnection, read.Octets));
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    public void What_could_be_understood_in_two_ways_is_refused(string head) => Assert.False(TryRead(head, out _, out _));

    [Fact]
    public void Fields_of_the_connection_stay_behind_and_all_others_pass_in_their_order()
    {
        Assert.True(TryRead("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nKeep-Alive: 5\r\nX-Mine: secret\r\nSet-Cookie: b=2\r\nConnection: keep-alive, x-mine\r\nContent-Length: 0\r\nVary:\r\n\r\n", out _, out IHeaderDictionary fields));
        Assert.Equal(["a=1", "b=2"], (IEnumerable<string?>)fields.SetCookie);
        Assert.Equal(["Content-Length", "Set-Cookie", "Vary"], fields.Keys.Order());
    }

    [Fact]
    public void A_head_that_has_not_come_whole_is_not_found()
    {
        byte[] head = Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nX: a\r\n\r\n");
        for (int length = 0; length < head.Length; length++) Assert.Equal(0, ResponseHead.Find(head.AsSpan(0, length)));
        Assert.Equal(head.Length, ResponseHead.Find([.. head, .. "more"u8]));
    }

    [Fact]
    public void Strings_of_the_last_head_are_used_again_and_never_those_of_another_line()
    {
        var memory = new HeadMemory();
        (string name, string value) = memory.Strings(0, "Server: x"u8, 6, "x"u8);
        (string name2, string value2) = memory.Strings(0, "Server: x"u8, 6, "x"u8);
        Assert.Same(name, name2);
        Assert.Same(value, value2);
        Assert.Equal(("Server", "y"), memory.Strings(0, "Server: y"u8, 6, "y"u8));
        Assert.Equal(("Servus", "y"), memory.Strings(0, "Servus: y"u8, 6, "y"u8));
    }

    [Fact]
    public void Any_octets_are_read_or_refused_and_never_throw() =>
        Prop.ForAll<byte[]>(octets =>
        {
            byte[] data = [.. "HTTP/1.1 200 OK\r\n"u8, .. octets, .. "\r\n\r\n"u8];
            int length = ResponseHead.Find(data);
            return length > 0 && length <= data.Length && (ResponseHead.TryRead(data.AsSpan(0, length), false, new HeadMemory(), new HeaderDictionary(), out ResponseHead read) ? read.Octets == length : true);
        }).QuickCheckThrowOnFailure();

    private static bool TryRead(string head, out ResponseHead read, out IHeaderDictionary fields)
    {
        byte[] octets = Encoding.Latin1.GetBytes(head);
        fields = new HeaderDictionary();
        Assert.Equal(octets.Length, ResponseHead.Find(octets));
        return ResponseHead.TryRead(octets, isAnswerToHead: false, new HeadMemory(), fields, out read);
    }
}
