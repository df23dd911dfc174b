using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace GslbServer.Tests.Dns;

/// <summary>A response read back by other code than ours that wrote it, with records as zone-file lines (<c>owner TTL type RDATA</c>).</summary>
internal sealed class Reply
{
    private readonly byte[] _wire;
    private int _position = 12;

    /// <exception cref="FormatException">The octets are no well-formed message.</exception>
    public Reply(ReadOnlySpan<byte> wire)
    {
        _wire = wire.ToArray();
        if (wire.Length < 12) throw new FormatException("shorter than a header");
        Id = ShortAt(0);
        Flags = ShortAt(2);
        for (int i = 0; i < ShortAt(4); i++) Questions.Add($"{ReadName()} {ClassText(ReadShort(), ReadShort())}");
        ReadSection(ShortAt(6), Answer);
        ReadSection(ShortAt(8), Authority);
        ReadSection(ShortAt(10), Additional);
        if (_position != _wire.Length) throw new FormatException($"{_wire.Length - _position} octets behind the last record");
    }

    public ushort Id { get; }

    public ushort Flags { get; }

    public List<string> Questions { get; } = [];

    public List<string> Answer { get; } = [];

    public List<string> Authority { get; } = [];

    /// <summary>Without OPT.</summary>
    public List<string> Additional { get; } = [];

    /// <summary>Null when the response has no OPT.</summary>
    public OptFields? Opt { get; private set; }

    public int Length => _wire.Length;

    public ReadOnlySpan<byte> Wire => _wire;

    public int Rcode => (Flags & 0xF) | ((Opt?.ExtendedRcode ?? 0) << 4);

    /// <summary>Code and flags as dig prints them: <c>NXDOMAIN qr aa rd</c>.</summary>
    public string Status
    {
        get
        {
            var text = new StringBuilder(RcodeText(Rcode));
            (int Bit, string Name)[] names = [(0x8000, "qr"), (0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"), (0x0040, "z"), (0x0020, "ad"), (0x0010, "cd")];
            foreach ((int bit, string name) in names)
            {
                if ((Flags & bit) != 0) text.Append(' ').Append(name);
            }
            return text.ToString();
        }
    }

    internal sealed record OptFields(ushort Size, byte ExtendedRcode, byte Version, ushort Flags, Dictionary<int, byte[]> Options);

    /// <summary>The reply as a whole for a test: status line, then sections; sections not named are empty. Order within a section is free.</summary>
    public Reply Is(string status, string answer = "", string authority = "", string additional = "")
    {
        Assert.Equal(status, Status);
        Assert.Equal(Lines(answer), Sorted(Answer));
        Assert.Equal(Lines(authority), Sorted(Authority));
        Assert.Equal(Lines(additional), Sorted(Additional));
        return this;
    }

    private static string Lines(string text)
        => Sorted(text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    private static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private void ReadSection(int count, List<string> section)
    {
        for (int i = 0; i < count; i++)
        {
            string owner = ReadName();
            ushort type = ReadShort();
            ushort dnsClass = ReadShort();
            uint ttl = ((uint)ReadShort() << 16) | ReadShort();
            int length = ReadShort();
            int end = _position + length;
            if (end > _wire.Length) throw new FormatException("RDATA beyond the message");
            if (type == 41) ReadOpt(owner, dnsClass, ttl, end);
            else section.Add($"{owner} {ttl} {ClassText(type, dnsClass)} {ReadRdata(type, end)}".TrimEnd());
            if (_position != end) throw new FormatException($"RDATA of type {type} ends at {_position}, not {end}");
        }
    }

    private void ReadOpt(string owner, ushort size, uint ttl, int end)
    {
        if (Opt is not null || owner != ".") throw new FormatException("a second OPT, or one with an owner");
        var options = new Dictionary<int, byte[]>();
        while (_position < end)
        {
            int code = ReadShort();
            options.Add(code, ReadOctets(ReadShort()));
        }
        Opt = new OptFields(size, (byte)(ttl >> 24), (byte)(ttl >> 16), (ushort)ttl, options);
    }

    private string ReadRdata(ushort type, int end) => type switch
    {
        1 or 28 => new IPAddress(ReadOctets(end - _position)).ToString(),
        2 or 5 or 12 or 39 => ReadName(),
        6 => $"{ReadName()} {ReadName()} {ReadInt()} {ReadInt()} {ReadInt()} {ReadInt()} {ReadInt()}",
        13 or 16 => ReadStrings(end),
        15 => $"{ReadShort()} {ReadName()}",
        33 => $"{ReadShort()} {ReadShort()} {ReadShort()} {ReadName()}",
        _ => $"\\# {end - _position} {Convert.ToHexString(ReadOctets(end - _position))}".TrimEnd(),
    };

    private string ReadStrings(int end)
    {
        var strings = new List<string>();
        while (_position < end) strings.Add($"\"{Encoding.Latin1.GetString(ReadOctets(ReadOctets(1)[0]))}\"");
        return string.Join(' ', strings);
    }

    private string ReadName()
    {
        var text = new StringBuilder();
        int octets = 0;
        int at = _position;
        bool isFollowing = false;
        while (true)
        {
            int label = At(at++);
            if (label >= 0xC0)
            {
                int target = ((label & 0x3F) << 8) | At(at++);
                if (!isFollowing) _position = at;
                if (target >= at - 2 || target < 12) throw new FormatException($"pointer at {at - 2} to {target}");
                isFollowing = true;
                at = target;
                continue;
            }
            if (label > 63 || (octets += label + 1) > 255) throw new FormatException($"bad label at {at - 1}");
            if (label == 0) break;
            for (int i = 0; i < label; i++) AppendOctet(text, (byte)At(at++));
            text.Append('.');
        }
        if (!isFollowing) _position = at;
        return text.Length == 0 ? "." : text.ToString();
    }

    private static void AppendOctet(StringBuilder text, byte octet)
    {
        if (octet is (byte)'.' or (byte)'\\') text.Append('\\').Append((char)octet);
        else if (octet is > 0x20 and < 0x7F) text.Append((char)octet);
        else text.Append('\\').Append($"{octet:D3}");
    }

    private byte[] ReadOctets(int count)
    {
        if (_position + count > _wire.Length) throw new FormatException("the message ends early");
        _position += count;
        return _wire[(_position - count).._position];
    }

    private int At(int offset) => offset < _wire.Length ? _wire[offset] : throw new FormatException("the message ends early");

    private ushort ShortAt(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_wire.AsSpan(offset));

    private ushort ReadShort() => BinaryPrimitives.ReadUInt16BigEndian(ReadOctets(2));

    private uint ReadInt() => BinaryPrimitives.ReadUInt32BigEndian(ReadOctets(4));

    private static string ClassText(ushort type, ushort dnsClass)
    {
        string typeText = Enum.IsDefined((GslbServer.Dns.RecordType)type) ? ((GslbServer.Dns.RecordType)type).ToString() : $"TYPE{type}";
        return dnsClass switch { 1 => typeText, 3 => $"CH {typeText}", _ => $"CLASS{dnsClass} {typeText}" };
    }

    private static string RcodeText(int rcode) => rcode switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        16 => "BADVERS",
        23 => "BADCOOKIE",
        _ => $"RCODE{rcode}",
    };
}
