using System.Net;
using System.Net.Sockets;
using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class DnsProbeTests
{
    [Theory]
    [InlineData("example.org", 0, true, "NOERROR")]
    [InlineData("example.org", 3, true, "NXDOMAIN")]
    [InlineData("example.org", 2, false, "SERVFAIL for example.org SOA")]
    [InlineData("example.org", 5, false, "REFUSED for example.org SOA")]
    [InlineData(null, 5, true, "REFUSED")] // a server that refuses the root is alive
    [InlineData(null, 2, false, "SERVFAIL for . SOA")]
    public async Task Answer_decides(string? host, int rcode, bool up, string detail)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        Task<ProbeResult> asking = AskAsync(Check(CheckKind.Dns, Port(server), host: host));
        await AnswerAsync(server, rcode);
        Assert.Equal(new ProbeResult(up, detail), await asking);
    }

    [Fact]
    public async Task Datagrams_that_answer_another_question_are_passed_over()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        Task<ProbeResult> asking = AskAsync(Check(CheckKind.Dns, Port(server), host: "example.org"));
        UdpReceiveResult question = await server.ReceiveAsync();
        byte[] otherId = Answer(question.Buffer, 0), otherName = Answer(question.Buffer, 0);
        otherId[1] ^= 1;
        otherName[13] ^= 1;
        foreach (byte[] wrong in (byte[][])[otherId, otherName, question.Buffer, [], [1, 2, 3]])
            await server.SendAsync(wrong, question.RemoteEndPoint);
        await server.SendAsync(Answer(question.Buffer, 3), question.RemoteEndPoint);
        Assert.Equal(ProbeResult.Good("NXDOMAIN"), await asking);
    }

    [Fact]
    public async Task Closed_port_is_refused_and_silence_times_out()
    {
        Assert.Equal(ProbeResult.Bad("connection refused"), await AskAsync(Check(CheckKind.Dns, FreePort(), host: "example.org")));
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.StartsWith("timeout after 200 ms", (await AskAsync(Check(CheckKind.Dns, Port(silent)), TimeSpan.FromMilliseconds(200))).Detail);
    }

    [Fact]
    public void Question_is_a_plain_SOA_query()
    {
        Assert.Equal("1234" + "0000" + "0001" + "0000" + "0000" + "0000" + "07" + "6578616D706C65" + "03" + "6F7267" + "00" + "0006" + "0001",
            Convert.ToHexString(DnsQuestion.Soa("example.org.", 0x1234)!));
        Assert.Equal("1234" + "0000" + "0001" + "0000" + "0000" + "0000" + "00" + "0006" + "0001", Convert.ToHexString(DnsQuestion.Soa(".", 0x1234)!));
        Assert.Null(DnsQuestion.Soa("a..example.org", 1));
        Assert.Null(DnsQuestion.Soa(new string('a', 64) + ".example.org", 1));
        Assert.Null(DnsQuestion.Soa(string.Join('.', Enumerable.Repeat("abcdefg", 32)), 1));
    }

    private static int Port(UdpClient server) => ((IPEndPoint)server.Client.LocalEndPoint!).Port;

    private static async Task AnswerAsync(UdpClient server, int rcode)
    {
        UdpReceiveResult question = await server.ReceiveAsync();
        await server.SendAsync(Answer(question.Buffer, rcode), question.RemoteEndPoint);
    }

    private static byte[] Answer(byte[] question, int rcode)
    {
        byte[] answer = [.. question];
        answer[2] |= 0x80;
        answer[3] = (byte)rcode;
        return answer;
    }
}
