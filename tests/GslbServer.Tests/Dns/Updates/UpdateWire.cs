using System.Buffers.Binary;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Updates in wire form, written as nsupdate has them.</summary>
internal static class UpdateWire
{
    public static readonly DomainName Zone = DomainName.Parse("example.org.");

    /// <param name="lines"><c>nxdomain NAME</c>, <c>yxdomain NAME</c>, <c>nxrrset NAME TYPE</c>, <c>yxrrset NAME TYPE [DATA]</c>, <c>add NAME TTL TYPE DATA</c>, <c>delete NAME [TYPE [DATA]]</c>.</param>
    public static byte[] Of(params string[] lines)
    {
        (ushort Section, byte[] Record)[] records = [.. lines.Select(Record)];
        byte[] header = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(header, 0x1234);
        header[2] = 0x28;
        header[5] = 1;
        header[7] = (byte)records.Count(r => r.Section == 0);
        header[9] = (byte)records.Count(r => r.Section == 1);
        return [.. header, .. Zone.Wire, 0, 6, 0, 1, .. records.Where(r => r.Section == 0).SelectMany(r => r.Record), .. records.Where(r => r.Section == 1).SelectMany(r => r.Record)];
    }

    public static Rcode Read(byte[] packet, out UpdateMessage? message)
    {
        Assert.Equal(QueryVerdict.Special, QueryReader.Read(packet, out Query query, out _));
        Assert.True(query.IsUpdate);
        return UpdateMessage.TryRead(packet, query, out message);
    }

    /// <param name="count">Octet of the header that counts the one record behind: 7 for a prerequisite, 9 for an update.</param>
    public static Rcode Read(byte[] packet, int count, out UpdateMessage? message)
    {
        packet[count] = 1;
        return Read(packet, out message);
    }

    public static UpdateMessage Message(params string[] lines)
    {
        Assert.Equal(Rcode.NoError, Read(Of(lines), out UpdateMessage? message));
        return message!;
    }

    public static byte[] Record(string owner, RecordType type, ushort @class, uint ttl, byte[] rdata)
    {
        byte[] head = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), @class);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)rdata.Length);
        Assert.True(DomainName.TryParse(owner, Zone, out DomainName? name, out _));
        return [.. name.Wire, .. head, .. rdata];
    }

    private static (ushort Section, byte[] Record) Record(string line)
    {
        string[] w = line.Split(' ', 5);
        return w[0] switch
        {
            "nxdomain" => (0, Record(w[1], RecordType.ANY, DnsClass.None, 0, [])),
            "yxdomain" => (0, Record(w[1], RecordType.ANY, DnsClass.Any, 0, [])),
            "nxrrset" => (0, Record(w[1], Type(w[2]), DnsClass.None, 0, [])),
            "yxrrset" when w.Length == 3 => (0, Record(w[1], Type(w[2]), DnsClass.Any, 0, [])),
            "yxrrset" => (0, Record(w[1], Type(w[2]), DnsClass.In, 0, Data(Type(w[2]), string.Join(' ', w[3..])))),
            "add" => (1, Record(w[1], Type(w[3]), DnsClass.In, uint.Parse(w[2]), Data(Type(w[3]), w[4]))),
            "delete" when w.Length == 2 => (1, Record(w[1], RecordType.ANY, DnsClass.Any, 0, [])),
            "delete" when w.Length == 3 => (1, Record(w[1], Type(w[2]), DnsClass.Any, 0, [])),
            "delete" => (1, Record(w[1], Type(w[2]), DnsClass.None, 0, Data(Type(w[2]), string.Join(' ', w[3..])))),
            _ => throw new ArgumentException(line),
        };
    }

    private static RecordType Type(string text) => RecordTypeName.TryParse(text, out RecordType type) ? type : throw new ArgumentException(text);

    private static byte[] Data(RecordType type, string text) => RdataText.TryParse(type, text, Zone, out byte[]? rdata, out string? error) ? rdata : throw new ArgumentException(error);
}
