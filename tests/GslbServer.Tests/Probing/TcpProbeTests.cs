using System.Text;
using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class TcpProbeTests
{
    [Fact]
    public async Task Answer_is_awaited_across_pieces()
    {
        string heard = "";
        await using var server = new TcpServer(async (socket, stop) =>
        {
            byte[] buffer = new byte[64];
            heard = Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, stop));
            await socket.SendAsync("+PO"u8.ToArray(), stop);
            await socket.SendAsync("NG\r\n"u8.ToArray(), stop);
            await socket.ReceiveAsync(buffer, stop);
        });
        Assert.Equal(ProbeResult.Good("received \"+PONG\""), await AskAsync(Check(CheckKind.Tcp, server.Port, send: @"PING\r\n", receive: "+PONG")));
        Assert.Equal("PING\r\n", heard);
    }

    [Fact]
    public async Task Connection_closed_before_the_answer_is_down()
    {
        await using var server = new TcpServer(async (socket, stop) => await socket.SendAsync("-LOADING\r\n"u8.ToArray(), stop));
        Assert.Equal(ProbeResult.Bad("answer does not contain \"+PONG\""), await AskAsync(Check(CheckKind.Tcp, server.Port, receive: "+PONG")));
    }

    [Fact]
    public async Task Missing_answer_times_out()
    {
        await using TcpServer server = TcpServer.Silent();
        Assert.StartsWith("timeout after 200 ms", (await AskAsync(Check(CheckKind.Tcp, server.Port, receive: "220"), TimeSpan.FromMilliseconds(200))).Detail);
    }

    [Theory]
    [InlineData(@"PING\r\n", "50494E470D0A")]
    [InlineData(@"\x00\xff\t\0\\", "00FF09005C")]
    [InlineData(@"\q\x9", @"5C715C7839")]
    [InlineData(@"\", "5C")]
    [InlineData("é", "C3A9")]
    [InlineData("", "")]
    public void Escapes_become_octets(string text, string hexadecimal) => Assert.Equal(hexadecimal, Convert.ToHexString(EscapedText.Octets(text)));
}
