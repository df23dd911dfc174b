using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Asks resolvers for A of the names of a drill (RFC 1035 sections 4.1 and 4.2.1), each name once, all at the same time.</summary>
internal static class ResolverView
{
    private const int MaxNames = 10, HeaderLength = 12, TypeA = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Task<DrillResolverReport[]> AskAsync(IReadOnlyList<IPEndPoint> resolvers, DrillReport drill, CancellationToken cancel) =>
        Task.WhenAll(resolvers.SelectMany(resolver => drill.Names.Take(MaxNames).Select(name => AskAsync(resolver, name, drill.Addresses, cancel))));

    private static async Task<DrillResolverReport> AskAsync(IPEndPoint resolver, string name, IReadOnlyList<string> old, CancellationToken cancel)
    {
        try
        {
            using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            await socket.ConnectAsync(resolver, limit.Token);
            byte[] query = Query((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue), name);
            await socket.SendAsync(query, limit.Token);
            byte[] reply = new byte[4096];
            while (true)
            {
                int length = await socket.ReceiveAsync(reply, limit.Token);
                if (length >= HeaderLength && reply[0] == query[0] && reply[1] == query[1])
                {
                    return Read(reply.AsSpan(0, length), resolver, name, old);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return new DrillResolverReport($"{resolver}", name, [], 0, false, e is SocketException ? e.Message : $"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static byte[] Query(ushort id, string name) => [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. DomainName.Parse(name).Wire, 0, TypeA, 0, 1];

    private static DrillResolverReport Read(ReadOnlySpan<byte> reply, IPEndPoint resolver, string name, IReadOnlyList<string> old)
    {
        var addresses = new List<string>();
        int ttl = int.MaxValue, at = HeaderLength;
        bool isWhole = SkipName(reply, ref at);
        at += 4;
        for (int i = BinaryPrimitives.ReadUInt16BigEndian(reply[6..]); i > 0 && isWhole; i--)
        {
            isWhole = SkipName(reply, ref at) && at + 10 <= reply.Length;
            if (!isWhole)
            {
                break;
            }

            int type = BinaryPrimitives.ReadUInt16BigEndian(reply[at..]), length = BinaryPrimitives.ReadUInt16BigEndian(reply[(at + 8)..]);
            ttl = Math.Min(ttl, BinaryPrimitives.ReadInt32BigEndian(reply[(at + 4)..]));
            at += 10 + length;
            isWhole = at <= reply.Length;
            if (isWhole && type == TypeA && length == 4)
            {
                addresses.Add(new IPAddress(reply.Slice(at - 4, 4)).ToString());
            }
        }

        int rcode = reply[3] & 0xF;
        string problem = !isWhole ? "its answer cannot be read" : rcode != 0 ? $"rcode {rcode}" : addresses.Count == 0 ? "no address" : "";
        return new DrillResolverReport($"{resolver}", name, addresses, ttl == int.MaxValue ? 0 : ttl, addresses.Any(old.Contains), problem);
    }

    private static bool SkipName(ReadOnlySpan<byte> wire, ref int at)
    {
        const int pointer = 0xC0;
        while (at < wire.Length)
        {
            byte length = wire[at];
            if (length >= pointer)
            {
                at += 2;
                return at <= wire.Length;
            }

            at += 1 + length;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }
}
