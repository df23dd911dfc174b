using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Balancer;

/// <summary>What a TLS client says first, in the clear (RFC 8446 section 4.1.2; older versions begin alike).</summary>
/// <param name="ServerName">In lower case; null if it names none (RFC 6066 section 3).</param>
/// <param name="Protocols">As offered in ALPN (RFC 7301).</param>
public sealed record ClientHello(string? ServerName, IReadOnlyList<string> Protocols)
{
    /// <summary>Octets of the whole message, however it is cut into records. What browsers send stays below 2 KiB, with post-quantum keys too.</summary>
    public const int Longest = 16 * 1024;

    private const byte Handshake = 22, ClientHelloType = 1, MajorVersion = 3;

    private const int RecordHeader = 5, MessageHeader = 4, LargestRecord = 16 * 1024;

    private const ushort ServerNameExtension = 0, AlpnExtension = 16;

    /// <summary>Reads as much as has come.</summary>
    /// <param name="octets">From the first octet of the connection on.</param>
    /// <param name="hello">Null unless the result is <see cref="Parsed.Whole"/>.</param>
    public static Parsed TryRead(ReadOnlySpan<byte> octets, out ClientHello? hello)
    {
        hello = null;
        Parsed found = Measure(octets, out int length, out bool isOneRecord);
        if (found != Parsed.Whole) return found;
        if (isOneRecord) return ReadMessage(octets.Slice(RecordHeader + MessageHeader, length - MessageHeader), out hello);
        byte[] message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Gather(octets, message.AsSpan(0, length));
            return ReadMessage(message.AsSpan(MessageHeader, length - MessageHeader), out hello);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Walks the records: is the first handshake message a ClientHello of a length we take, and is it all there?</summary>
    /// <param name="length">Of the message with its header.</param>
    private static Parsed Measure(ReadOnlySpan<byte> octets, out int length, out bool isOneRecord)
    {
        length = int.MaxValue;
        isOneRecord = true;
        int have = 0, at = 0;
        Span<byte> header = stackalloc byte[MessageHeader];
        for (int records = 0; ; records++)
        {
            if (octets.Length > at && octets[at] != Handshake) return Parsed.Wrong;
            if (octets.Length > at + 1 && octets[at + 1] != MajorVersion) return Parsed.Wrong;
            if (octets.Length < at + RecordHeader) return Parsed.Part;
            int record = BinaryPrimitives.ReadUInt16BigEndian(octets[(at + 3)..]);
            // An empty record is not allowed for handshakes, and would let a client send for ever (RFC 8446 section 5.1).
            if (record is 0 or > LargestRecord) return Parsed.Wrong;
            at += RecordHeader;
            ReadOnlySpan<byte> body = octets.Slice(at, Math.Min(record, octets.Length - at));
            if (have < MessageHeader) body[..Math.Min(body.Length, MessageHeader - have)].CopyTo(header[have..]);
            have += body.Length;
            if (have >= 1 && header[0] != ClientHelloType) return Parsed.Wrong;
            if (have >= MessageHeader && length == int.MaxValue)
            {
                length = MessageHeader + (header[1] << 16) + BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
                if (length > Longest) return Parsed.Wrong;
            }

            if (have >= length)
            {
                isOneRecord = records == 0;
                return Parsed.Whole;
            }

            if (body.Length < record) return Parsed.Part;
            at += record;
        }
    }

    private static void Gather(ReadOnlySpan<byte> octets, Span<byte> message)
    {
        while (message.Length > 0)
        {
            int record = BinaryPrimitives.ReadUInt16BigEndian(octets[3..]);
            int taken = Math.Min(record, message.Length);
            octets.Slice(RecordHeader, taken).CopyTo(message);
            message = message[taken..];
            octets = octets[(RecordHeader + taken)..];
        }
    }

    private static Parsed ReadMessage(ReadOnlySpan<byte> message, out ClientHello? hello)
    {
        hello = null;
        var cursor = new TlsCursor(message);
        // Version and random, session id, cipher suites, compression methods.
        if (!cursor.Skip(34) || !cursor.Vector8(out _) || !cursor.Vector16(out _) || !cursor.Vector8(out _)) return Parsed.Wrong;
        string? name = null;
        List<string> protocols = [];
        // Before TLS 1.2 there may be no extensions at all.
        if (!cursor.IsAtEnd)
        {
            if (!cursor.Vector16(out ReadOnlySpan<byte> all)) return Parsed.Wrong;
            var extensions = new TlsCursor(all);
            while (!extensions.IsAtEnd)
            {
                if (!extensions.UInt16(out ushort type) || !extensions.Vector16(out ReadOnlySpan<byte> data)) return Parsed.Wrong;
                if (type == ServerNameExtension && !TryReadName(data, out name)) return Parsed.Wrong;
                if (type == AlpnExtension && !TryReadProtocols(data, protocols)) return Parsed.Wrong;
            }
        }

        hello = new ClientHello(name, protocols);
        return Parsed.Whole;
    }

    private static bool TryReadName(ReadOnlySpan<byte> extension, out string? name)
    {
        name = null;
        if (!new TlsCursor(extension).Vector16(out ReadOnlySpan<byte> list)) return false;
        var names = new TlsCursor(list);
        while (!names.IsAtEnd)
        {
            if (!names.UInt8(out byte type) || !names.Vector16(out ReadOnlySpan<byte> host)) return false;
            if (type != 0 || name is not null) continue;
            if (host.Length is 0 or > 255 || host.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e)) return false;
            name = Encoding.ASCII.GetString(host).TrimEnd('.').ToLowerInvariant();
        }

        return true;
    }

    private static bool TryReadProtocols(ReadOnlySpan<byte> extension, List<string> protocols)
    {
        if (!new TlsCursor(extension).Vector16(out ReadOnlySpan<byte> list)) return false;
        var each = new TlsCursor(list);
        while (!each.IsAtEnd)
        {
            if (!each.Vector8(out ReadOnlySpan<byte> protocol) || protocol.IsEmpty) return false;
            protocols.Add(Encoding.Latin1.GetString(protocol));
        }

        return true;
    }

    /// <summary>Reads TLS' presentation language (RFC 8446 section 3); false at the end of what there is.</summary>
    private ref struct TlsCursor(ReadOnlySpan<byte> left)
    {
        private ReadOnlySpan<byte> _left = left;

        public readonly bool IsAtEnd => _left.IsEmpty;

        public bool Skip(int count) => Take(count, out _);

        public bool UInt8(out byte value)
        {
            bool there = Take(1, out ReadOnlySpan<byte> octets);
            value = there ? octets[0] : default;
            return there;
        }

        public bool UInt16(out ushort value)
        {
            bool there = Take(2, out ReadOnlySpan<byte> octets);
            value = there ? BinaryPrimitives.ReadUInt16BigEndian(octets) : default;
            return there;
        }

        public bool Vector8(out ReadOnlySpan<byte> value)
        {
            value = default;
            return UInt8(out byte length) && Take(length, out value);
        }

        public bool Vector16(out ReadOnlySpan<byte> value)
        {
            value = default;
            return UInt16(out ushort length) && Take(length, out value);
        }

        private bool Take(int count, out ReadOnlySpan<byte> octets)
        {
            octets = default;
            if (count > _left.Length) return false;
            octets = _left[..count];
            _left = _left[count..];
            return true;
        }
    }
}
