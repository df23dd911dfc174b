using System.Net;
using System.Runtime.InteropServices;

namespace GslbServer.Tests.Xdp;

/// <summary>Frames in, frames out, octet by octet, right behind the end of what may be read.</summary>
public sealed unsafe class UdpFrameTests
{
    private const string Query4 = "0202 0202 0202 0404 0404 0404 0800  4500 0021 0000 0000 4011 66b8 0a09 0002 0a09 0001  115c 0035 000d 0000  68656c6c6f";

    [Fact]
    public void An_answer_goes_back_where_the_query_came_from()
    {
        byte[] query = Octets(Query4);
        (FrameFault fault, byte[] answer) = Answer(query, "good bye"u8.ToArray());
        Assert.Equal(FrameFault.None, fault);
        Assert.Equal("040404040404020202020202080045000024BEEF00004011A7C50A0900010A0900020035115C0010", Convert.ToHexString(answer)[..80]);
        Assert.Equal("good bye"u8.ToArray(), answer[42..]);
        Assert.Equal(0xFFFF, Sum(answer[14..34]));
        Assert.Equal(0xFFFF, Sum([.. answer[26..34], 0, 17, 0, 16, .. answer[34..]]));
    }

    [Theory]
    [InlineData("length", 41)]
    [InlineData("length", 20)]
    [InlineData("length", 1)]
    public void A_frame_cut_short_has_no_query(string _, int length) => Assert.Equal(FrameFault.Length, Answer(Octets(Query4)[..length], []).Fault);

    /// <summary>Whatever comes: no octet outside is read (the pages behind are not there), and what is answered is a right frame.</summary>
    [Fact]
    public void Random_frames_are_read_within_their_bounds()
    {
        byte[] plain = Octets(Query4);
        byte[] tagged = [.. plain[..12], 0x81, 0, 0, 5, .. plain[12..]];
        byte[] v6 = [.. plain[..12], 0x86, 0xDD, 0x60, 0, 0, 0, 0, 13, 17, 64, .. IPAddress.Parse("fd09::2").GetAddressBytes(), .. IPAddress.Parse("fd09::1").GetAddressBytes(), .. plain[34..]];
        (v6[60], v6[61]) = (0xB0, 0x5A); // over IPv6 there must be a checksum
        using var page = new GuardedPage();
        int answered = 0;
        Fuzz.Rounds(random =>
        {
            byte[] frame = (byte[])(random.Next(3) switch { 0 => plain, 1 => tagged, _ => v6 }).Clone();
            for (int changes = random.Next(4); changes > 0; changes--) frame[random.Next(12, frame.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) frame = frame[..random.Next(1, frame.Length + 1)];
            byte* at = page.Put(frame);
            if (UdpFrame.Read(at, frame.Length, allowsLoopback: false, out UdpFrame read) != FrameFault.None) return;
            Assert.InRange(read.Headers + read.PayloadLength, 1, frame.Length);
            byte* room = stackalloc byte[UdpFrame.MaxHeaders + 8];
            int length = read.Answer(room, 8, 1);
            Assert.Equal(read.Headers + 8, length);
            Interlocked.Increment(ref answered);
        });
        Assert.True(answered > 1000, $"only {answered} frames were right");
    }

    private static (FrameFault Fault, byte[] Answer) Answer(byte[] query, byte[] payload)
    {
        using var page = new GuardedPage();
        FrameFault fault = UdpFrame.Read(page.Put(query), query.Length, allowsLoopback: false, out UdpFrame read);
        if (fault != FrameFault.None) return (fault, []);
        byte[] answer = new byte[read.Headers + payload.Length];
        payload.CopyTo(answer, read.Headers);
        fixed (byte* at = answer) Assert.Equal(answer.Length, read.Answer(at, payload.Length, 0xBEEF));
        return (fault, answer);
    }

    private static ushort Sum(byte[] octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++) sum += (uint)octets[i] << (i % 2 == 0 ? 8 : 0);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }

    private static byte[] Octets(string text) => Convert.FromHexString(text.Replace(" ", ""));

    /// <summary>Memory that ends where the next page may not be touched.</summary>
    private sealed partial class GuardedPage : IDisposable
    {
        private const int Size = 65536;
        private readonly byte* _memory = mmap(null, 2 * Size, 3, 0x22, -1, 0);

        public GuardedPage() => Assert.Equal(0, mprotect(_memory + Size, Size, 0));

        public byte* Put(byte[] octets)
        {
            byte* at = _memory + Size - octets.Length;
            octets.CopyTo(new Span<byte>(at, octets.Length));
            return at;
        }

        public void Dispose() => munmap(_memory, 2 * Size);

        [DllImport("libc")]
        private static extern byte* mmap(void* at, nint length, int protection, int flags, int file, long offset);

        [DllImport("libc")]
        private static extern int mprotect(void* at, nint length, int protection);

        [DllImport("libc")]
        private static extern int munmap(void* at, nint length);
    }
}
