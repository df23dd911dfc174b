using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace GslbServer.Balancer.Tests;

public sealed class ClientHelloTests
{
    [Fact]
    public async Task What_the_platform_sends_is_read()
    {
        byte[] octets = await FromSslStreamAsync("Www.Example.org");

        Assert.Equal(Parsed.Whole, ClientHello.TryRead(octets, out ClientHello? hello));
        Assert.Equal("www.example.org", hello!.ServerName);
        Assert.Equal(["h2", "http/1.1"], hello.Protocols);
    }

    [Fact]
    public void Every_shorter_beginning_is_a_part()
    {
        byte[] octets = Records(Hello("a.example.org", ["h2"]), 10_000);
        for (int length = 0; length < octets.Length; length++) Assert.Equal(Parsed.Part, ClientHello.TryRead(octets.AsSpan(0, length), out _));
        Assert.Equal(Parsed.Whole, ClientHello.TryRead(octets, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(100)]
    public void It_may_be_cut_into_records_of_any_length(int recordLength)
    {
        byte[] octets = [.. Records(Hello("a.example.org", ["acme-tls/1"], paddingLength: 700), recordLength), 1, 2, 3];

        Assert.Equal(Parsed.Whole, ClientHello.TryRead(octets, out ClientHello? hello));
        Assert.Equal("a.example.org", hello!.ServerName);
        Assert.Equal(["acme-tls/1"], hello.Protocols);
    }

    [Fact]
    public void Unknown_extensions_are_skipped_and_names_may_be_missing()
    {
        Assert.Equal(Parsed.Whole, ClientHello.TryRead(Records(Hello(null, [], grease: true), 10_000), out ClientHello? hello));
        Assert.Null(hello!.ServerName);
        Assert.Empty(hello.Protocols);
        Assert.Equal(Parsed.Whole, ClientHello.TryRead(Records(Hello("x.example.org", ["h2"], grease: true), 10_000), out hello));
        Assert.Equal("x.example.org", hello!.ServerName);
    }

    [Fact]
    public void A_hello_without_extensions_is_one() =>
        Assert.Equal(Parsed.Whole, ClientHello.TryRead(Records(Message([.. new byte[34], 0, 0, 2, 0x13, 0x01, 1, 0]), 10_000), out _));

    [Fact]
    public void What_is_no_ClientHello_is_wrong_at_its_first_octets()
    {
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead("GET / HTTP/1.1"u8, out _));
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead("G"u8, out _));
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead([22, 2], out _));
        // A ServerHello, an empty record, one that is longer than records are.
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead([22, 3, 1, 0, 4, 2], out _));
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead([22, 3, 1, 0, 0], out _));
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead([22, 3, 1, 0xff, 0xff], out _));
    }

    [Fact]
    public void Sixteen_kibioctets_are_taken_and_no_more()
    {
        Assert.Equal(Parsed.Whole, ClientHello.TryRead(Records(Hello("a.example.org", [], totalLength: ClientHello.Longest), 8_000), out _));
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead(Records(Hello("a.example.org", [], totalLength: ClientHello.Longest + 1), 8_000), out _));
    }

    [Fact]
    public void A_name_with_odd_octets_is_wrong() =>
        Assert.Equal(Parsed.Wrong, ClientHello.TryRead(Records(Hello("a\nb.example.org", []), 10_000), out _));

    [Fact]
    public void Random_octets_and_random_damage_never_throw()
    {
        const int Seed = 20_261_129;
        var random = new Random(Seed);
        byte[] good = Records(Hello("a.example.org", ["h2", "http/1.1"], grease: true), 90);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] octets = round % 2 == 0 ? RandomOctets(random) : [.. good];
            for (int damage = random.Next(4); damage > 0 && octets.Length > 0; damage--) octets[random.Next(octets.Length)] = (byte)random.Next(256);
            Parsed whole = ClientHello.TryRead(octets, out ClientHello? hello);
            Assert.Equal(whole == Parsed.Whole, hello is not null);
            // What is wrong stays wrong, and what is whole stays whole, whatever follows.
            if (whole != Parsed.Part) Assert.Equal(whole, ClientHello.TryRead([.. octets, 0, 1, 2], out _));
        }
    }

    /// <summary>Random, but it begins as a handshake does, so that it gets far.</summary>
    private static byte[] RandomOctets(Random random)
    {
        byte[] octets = new byte[random.Next(200)];
        random.NextBytes(octets);
        byte[] start = [22, 3, 1, 0, (byte)random.Next(200), 1, 0, 0, (byte)random.Next(200)];
        start.AsSpan(0, Math.Min(random.Next(start.Length + 1), octets.Length)).CopyTo(octets);
        return octets;
    }

    internal static byte[] Hello(string? name, string[] protocols, bool grease = false, int paddingLength = 0, int totalLength = 0)
    {
        List<byte> extensions = [];
        if (grease) Extension(extensions, 0x2a2a, [0]);
        if (name is not null) Extension(extensions, 0, Vector16([0, .. Vector16(Encoding.Latin1.GetBytes(name))]));
        if (protocols.Length > 0) Extension(extensions, 16, Vector16([.. protocols.SelectMany(protocol => new[] { (byte)protocol.Length }.Concat(Encoding.ASCII.GetBytes(protocol)))]));
        byte[] head = [3, 3, .. new byte[32], 32, .. new byte[32], .. Vector16([0x1a, 0x1a, 0x13, 0x01]), 1, 0];
        if (totalLength > 0) paddingLength = totalLength - 4 - head.Length - 2 - extensions.Count - 4;
        if (paddingLength > 0) Extension(extensions, 21, new byte[paddingLength]);
        if (grease) Extension(extensions, 0x5a5a, []);
        return Message([.. head, .. Vector16([.. extensions])]);
    }

    internal static byte[] Records(byte[] message, int recordLength) =>
        [.. message.Chunk(recordLength).SelectMany(chunk => new byte[] { 22, 3, 1 }.Concat(Vector16(chunk)))];

    private static byte[] Message(byte[] body) => [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static void Extension(List<byte> extensions, ushort type, byte[] data) => extensions.AddRange([(byte)(type >> 8), (byte)type, .. Vector16(data)]);

    private static byte[] Vector16(byte[] octets)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)octets.Length);
        return [.. length, .. octets];
    }

    private static async Task<byte[]> FromSslStreamAsync(string name)
    {
        using var sent = new Recording();
        using var tls = new SslStream(sent);
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] }));
        return sent.Written.ToArray();
    }

    /// <summary>Takes what is written, and is at its end when read.</summary>
    private sealed class Recording : MemoryStream
    {
        public List<byte> Written { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.AddRange(buffer.ToArray());
            return ValueTask.CompletedTask;
        }
    }
}
