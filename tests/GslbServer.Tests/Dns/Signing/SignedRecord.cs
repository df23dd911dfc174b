using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Tests.Dns.Signing;

internal enum MessageSection
{
    Answer,
    Authority,
    Additional,
}

/// <summary>A record of a response with its RDATA uncompressed, read by other code than ours that wrote it. Names are labels from the left, in lower case.</summary>
internal sealed record SignedRecord(MessageSection Section, string Owner, ushort Type, uint Ttl, byte[] Rdata)
{
    public static List<SignedRecord> Read(ReadOnlySpan<byte> wire)
    {
        byte[] message = wire.ToArray();
        int at = 12;
        for (int i = 0; i < Short(message, 4); i++) at = Skip(message, at) + 4;
        var records = new List<SignedRecord>();
        for (int section = 0; section < 3; section++)
        {
            for (int i = 0; i < Short(message, 6 + (2 * section)); i++)
            {
                string owner = Text(Name(message, at));
                at = Skip(message, at);
                int length = Short(message, at + 8);
                records.Add(new SignedRecord((MessageSection)section, owner, Short(message, at), BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(at + 4)),
                    ReadRdata(message, Short(message, at), at + 10, length)));
                at += 10 + length;
            }
        }
        return records;
    }

    /// <summary>Wire form of a name as text of this class.</summary>
    public static byte[] Wire(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label =>
    {
        byte[] octets = Convert.FromHexString(label);
        return (byte[])[(byte)octets.Length, .. octets];
    }), 0];

    /// <summary>Labels as hexadecimal digits, so that order of text is order of octets and any octet has a text.</summary>
    public static string Text(ReadOnlySpan<byte> wire)
    {
        var text = new StringBuilder();
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            foreach (byte octet in wire.Slice(at + 1, wire[at])) text.Append(((char)octet is >= 'A' and <= 'Z' ? octet | 0x20 : octet).ToString("X2", null));
            text.Append('.');
        }
        return text.ToString();
    }

    private static byte[] ReadRdata(byte[] message, ushort type, int at, int length)
    {
        int end = at + length;
        var rdata = new List<byte>();
        (int head, int names) = type switch { 2 or 5 or 12 => (0, 1), 6 => (0, 2), 15 => (2, 1), 33 => (6, 1), 39 => (0, 1), _ => (0, 0) };
        rdata.AddRange(message[at..(at + head)]);
        at += head;
        for (int i = 0; i < names; i++)
        {
            rdata.AddRange(Wire(Text(Name(message, at)))); // in lower case: the canonical form
            at = Skip(message, at);
        }
        rdata.AddRange(message[at..end]);
        return [.. rdata];
    }

    private static byte[] Name(byte[] message, int at)
    {
        var name = new List<byte>();
        while (message[at] != 0)
        {
            if (message[at] >= 0xC0)
            {
                at = Short(message, at) & 0x3FFF;
                continue;
            }
            name.AddRange(message[at..(at + 1 + message[at])]);
            at += 1 + message[at];
        }
        return [.. name, 0];
    }

    private static int Skip(byte[] message, int at)
    {
        while (message[at] is not 0 and < 0xC0) at += 1 + message[at];
        return at + (message[at] == 0 ? 1 : 2);
    }

    private static ushort Short(byte[] message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at));
}
