using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A table of round trips as it stands in Redis, read by its documented layout alone.</summary>
public sealed record PublishedTable(string Writer, uint Epoch, string[] Regions, PublishedRow[] Rows, PublishedLink[] Links)
{
    private const int HeaderLength = 17, HashAt = 9, HashLength = 8;

    /// <summary>The newest table of a writer; null before the first.</summary>
    public static async Task<PublishedTable?> NewestAsync(Func<Task<Socket>> redis, string writer)
    {
        string[] names = [.. Split(await CommandAsync(redis, "ZREVRANGE", "gslb:lat", "0", "-1")).Where(name => name.EndsWith(":" + writer, StringComparison.Ordinal))];
        return names.Length == 0 ? null : Parse(await CommandAsync(redis, "GET", "gslb:lat:" + names[0]));
    }

    private static PublishedTable Parse(byte[] reply)
    {
        int start = Array.IndexOf(reply, (byte)'\n') + 1;
        byte[] octets = reply[start..^2];
        Assert.Equal("GSLR\x01", Encoding.Latin1.GetString(octets, 0, 5));
        Assert.Equal(SHA256.HashData(octets.AsSpan(HeaderLength))[..HashLength], octets[HashAt..HeaderLength]);
        int at = HeaderLength;
        string writer = Text(octets, ref at);
        uint epoch = (uint)Integer(octets, ref at);
        string[] regions = [.. Enumerable.Range(0, (int)Integer(octets, ref at)).Select(_ => Text(octets, ref at))];
        ulong key = 0;
        PublishedRow[] rows = [.. Enumerable.Range(0, (int)Integer(octets, ref at)).Select(_ => new PublishedRow(Prefix(key += Integer(octets, ref at)), regions[octets[at++]],
            octets[at++], (int)Integer(octets, ref at), Integer(octets, ref at) / 10.0, Integer(octets, ref at) / 10.0, (int)Integer(octets, ref at)))];
        key = 0;
        PublishedLink[] links = [.. Enumerable.Range(0, (int)Integer(octets, ref at)).Select(_ =>
            new PublishedLink(Prefix(key += Integer(octets, ref at)), Prefix(Integer(octets, ref at)), (int)Integer(octets, ref at)))];
        Assert.Equal(octets.Length, at);
        return new PublishedTable(writer, epoch, regions, rows, links);
    }

    /// <summary>Kind (8 bits, 1 is IPv4), address (48), length (8).</summary>
    private static string Prefix(ulong key) => key >> 56 == 1 ? $"{new IPAddress(BitConverter.GetBytes(BitConverter.IsLittleEndian
        ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((uint)(key >> 24)) : (uint)(key >> 24)))}/{key & 0xFF}" : $"{key:X16}";

    private static string Text(byte[] octets, ref int at)
    {
        int length = octets[at];
        string text = Encoding.UTF8.GetString(octets, at + 1, length);
        at += 1 + length;
        return text;
    }

    private static ulong Integer(byte[] octets, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte octet = octets[at++];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return value;
        }
    }

    private static IEnumerable<string> Split(byte[] reply) =>
        Encoding.UTF8.GetString(reply).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] is not ('*' or '$'));

    private static async Task<byte[]> CommandAsync(Func<Task<Socket>> redis, params string[] words)
    {
        using Socket socket = await redis();
        string request = $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"));
        await socket.SendAsync(Encoding.UTF8.GetBytes(request));
        await socket.SendAsync("*1\r\n$4\r\nQUIT\r\n"u8.ToArray());
        using var reply = new MemoryStream();
        await using (var stream = new NetworkStream(socket)) await stream.CopyToAsync(reply);
        byte[] octets = reply.ToArray();
        return octets[..^"+OK\r\n".Length];
    }
}

/// <param name="Source">0 import, 1 DNS over TCP, 2 beacon, 3 connection.</param>
/// <param name="Median">Milliseconds, as <paramref name="Spread"/>.</param>
public sealed record PublishedRow(string Prefix, string Region, int Source, int Samples, double Median, double Spread, int AgeMinutes);

public sealed record PublishedLink(string Resolver, string Client, int Weight);
