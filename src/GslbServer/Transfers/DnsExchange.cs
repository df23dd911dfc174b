using System.Net.Sockets;
using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>One question to another server over UDP, and its answer.</summary>
internal static class DnsExchange
{
    private const int MaxReply = 4_096;

    /// <summary>How long each try waits; the last is also the last of all.</summary>
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    public static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    /// <param name="write">Writes the query for an id and returns its length.</param>
    /// <param name="key">Signs it, and the answer has to be signed by it; null for none.</param>
    /// <returns>The reply; null, and what was wrong with the last try, where there is none that counts.</returns>
    public static async Task<(byte[]? Reply, string Problem)> AskAsync(ZonePeer peer, TsigKey? key, Func<byte[], ushort, int> write, TimeProvider time, int tries, CancellationToken cancel)
    {
        string problem = "";
        for (int i = 0; i < Math.Min(tries, Waits.Length); i++)
        {
            using var timeout = new CancellationTokenSource(Waits[i], time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
            try
            {
                (byte[]? reply, problem) = await TryAsync(peer, key, write, time, either.Token);
                if (reply is not null)
                {
                    return (reply, "");
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                problem = problem.Length > 0 ? problem : "no answer";
            }
            catch (SocketException e)
            {
                problem = e.Message;
                await Task.Delay(Waits[i], time, cancel); // a port that refuses would otherwise be asked without pause
            }
        }

        return (null, problem);
    }

    private static async Task<(byte[]? Reply, string Problem)> TryAsync(ZonePeer peer, TsigKey? key, Func<byte[], ushort, int> write, TimeProvider time, CancellationToken cancel)
    {
        using var socket = new Socket(peer.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(peer.EndPoint, cancel);
        byte[] buffer = new byte[MaxReply];
        ushort id = NewId();
        int length = write(buffer, id);
        using TsigChain? chain = key is null ? null : new TsigChain(key);
        length = chain?.Sign(buffer, length, Seconds(time)) ?? length;
        await socket.SendAsync(buffer.AsMemory(0, length), cancel);
        while (true)
        {
            int received = await socket.ReceiveAsync(buffer, cancel);
            if (Accepts(buffer.AsSpan(0, received), id, chain, Seconds(time), out string problem))
            {
                return (buffer[..received], "");
            }

            if (problem.Length > 0)
            {
                return (null, problem);
            }
        }
    }

    /// <summary>What has another id was meant for another question, or comes from somebody who guesses: it is passed over.</summary>
    private static bool Accepts(ReadOnlySpan<byte> packet, ushort id, TsigChain? chain, ulong now, out string problem)
    {
        problem = "";
        if (!TransferMessage.TryRead(packet, out TransferMessage message) || message.Id != id)
        {
            return false;
        }

        if (chain is not null && chain.Check(packet, message.TsigOffset, now) != TsigCheck.Good)
        {
            problem = SignatureProblem(chain, message.Rcode);
            return false;
        }

        return true;
    }

    public static string SignatureProblem(TsigChain chain, Rcode rcode)
        => chain.PeerError != TsigError.None ? $"the other side says {chain.PeerError.ToString().ToUpperInvariant()} of key {chain.Key.Name}"
            : rcode != Rcode.NoError ? $"answers {rcode.ToString().ToUpperInvariant()}, not signed with key {chain.Key.Name}"
            : $"an answer that is not signed with key {chain.Key.Name}";

    public static ulong Seconds(TimeProvider time) => (ulong)time.GetUtcNow().ToUnixTimeSeconds();
}
