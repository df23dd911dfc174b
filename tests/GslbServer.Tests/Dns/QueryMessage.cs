using System.Buffers.Binary;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>A query to be sent, written as <c>www.example.org. A</c> or <c>id.server. CH TXT</c>.</summary>
internal sealed record QueryMessage(string Text)
{
    public ushort Id { get; init; } = 0x4D2;

    public ushort Flags { get; init; } = 0x0100; // RD, as dig sets it

    public Edns? Opt { get; init; }

    /// <summary>OPT of a query; options are their whole octets, code and length included.</summary>
    internal sealed record Edns(ushort Size = 1232)
    {
        public byte Version { get; init; }

        public bool DnssecOk { get; init; }

        /// <summary>Beside DO.</summary>
        public ushort Flags { get; init; }

        public byte[] Options { get; init; } = [];
    }

    public byte[] ToWire()
    {
        string[] words = Text.Split(' ');
        int dnsClass = words.Length == 2 ? 1 : words[1] switch { "CH" => 3, "HS" => 4, "NONE" => 254, "ANY" => 255, _ => 1 };
        byte[] name = DomainName.Parse(words[0]).Wire.ToArray();
        byte[] wire = [.. Header(1, 0, 0, Opt is null ? 0 : 1), .. name, .. Short(TypeOf(words[^1])), .. Short(dnsClass)];
        return Opt is null ? wire : [.. wire, .. OptRecord(Opt)];
    }

    public byte[] Header(int questions, int answers, int authorities, int additionals)
        => [.. Short(Id), .. Short(Flags), .. Short(questions), .. Short(answers), .. Short(authorities), .. Short(additionals)];

    public static byte[] OptRecord(Edns opt) =>
    [
        0, .. Short(41), .. Short(opt.Size), 0, opt.Version, .. Short(opt.Flags | (opt.DnssecOk ? 0x8000 : 0)), .. Short(opt.Options.Length), .. opt.Options,
    ];

    public static byte[] Option(int code, params byte[] data) => [.. Short(code), .. Short(data.Length), .. data];

    public static byte[] Short(int value)
    {
        byte[] octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    private static int TypeOf(string text)
        => text.StartsWith("TYPE", StringComparison.Ordinal) ? int.Parse(text.AsSpan(4)) : (ushort)Enum.Parse<RecordType>(text);
}
