using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Connects; with <c>send=</c> says something; with <c>receive=</c> waits until the answer contains it.</summary>
internal sealed class TcpProbe : IProbe
{
    private const int AnswerOctets = 64 * 1024;

    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        Check check = attempt.Check;
        await using NetworkStream connection = await Dial.TcpAsync(attempt, cancel).ConfigureAwait(false);
        if (check.Send is { Length: > 0 } send)
            await connection.WriteAsync(EscapedText.Octets(send), cancel).ConfigureAwait(false);
        if (check.Receive is not { Length: > 0 } receive)
            return ProbeResult.Good("connected");
        attempt.Stage = $"waiting for \"{receive}\"";
        return await StreamText.ContainsAsync(connection, EscapedText.Octets(receive), AnswerOctets, cancel).ConfigureAwait(false)
            ? ProbeResult.Good($"received \"{receive}\"")
            : ProbeResult.Bad($"answer does not contain \"{receive}\"");
    }
}
