using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>One SOA question over UDP. With <c>host=</c> it asks for that name, and NOERROR or NXDOMAIN is up. Without, it asks for the root, and any answer but
/// SERVFAIL is up: an authoritative server that refuses the root is alive.</summary>
internal sealed class DnsProbe : IProbe
{
    private const int AnswerOctets = 4096;

    private int _id;

    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        Check check = attempt.Check;
        byte[]? question = DnsQuestion.Soa(check.Host ?? ".", (ushort)Interlocked.Add(ref _id, 40503));
        if (question is null)
            return ProbeResult.Bad($"\"{check.Host}\" is not a domain name");

        // Connected, so that the kernel takes datagrams from the endpoint alone and passes on "port unreachable".
        using var socket = new Socket(attempt.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(attempt.EndPoint, cancel).ConfigureAwait(false);
        attempt.Stage = "waiting for an answer";
        long start = attempt.Time.GetTimestamp();
        await socket.SendAsync(question, cancel).ConfigureAwait(false);
        byte[] answer = new byte[AnswerOctets];
        while (true)
        {
            int length = await socket.ReceiveAsync(answer, cancel).ConfigureAwait(false);
            if (DnsQuestion.AnswerTo(question, answer.AsSpan(0, length)) is not { } rcode)
                continue; // Late or not ours: the answer may still come.
            attempt.RoundTrip = attempt.Time.GetElapsedTime(start);
            bool up = rcode is 0 or 3 || check.Host is null && rcode != 2;
            return new ProbeResult(up, up ? DnsQuestion.RcodeName(rcode) : $"{DnsQuestion.RcodeName(rcode)} for {check.Host ?? "."} SOA");
        }
    }
}
