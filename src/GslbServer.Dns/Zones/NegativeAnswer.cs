using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The SOA record of a zone as it stands in negative answers, ready but for its compression pointers: where those lead depends on how long the question is.</summary>
/// <remarks>Composed once by <see cref="MessageWriter"/> as the answer to a question for the apex. Pointers into that question are moved by what stands
/// in front of the apex in another one, pointers into the record itself with the record.</remarks>
internal sealed class NegativeAnswer
{
    // Where more labels are asked for or stand in the record, the writer no longer remembers all of them.
    private const int MostLabels = NameCompressor.Capacity / 3;

    private readonly byte[] _record;
    private readonly int _apexLength; // octets
    private readonly Pointer[] _pointers;
    private readonly byte[][] _labelsBelowApex; // of the names in the record, where they are in the zone

    private NegativeAnswer(byte[] record, int apexLength, Pointer[] pointers, byte[][] labelsBelowApex)
    {
        _record = record;
        _apexLength = apexLength;
        _pointers = pointers;
        _labelsBelowApex = labelsBelowApex;
    }

    public int Length => _record.Length;

    /// <returns>Null for a zone without SOA, or with one of very many labels.</returns>
    public static NegativeAnswer? Of(Zone zone)
    {
        RRset soa = zone.Soa;
        if (soa.Count == 0) return null;
        ReadOnlySpan<byte> apex = zone.Apex.Wire;
        ReadOnlySpan<byte> server = soa.First[..RdataLayout.NameLength(soa.First)];
        ReadOnlySpan<byte> mailbox = soa.First[server.Length..^20];
        if (new NameLabels(apex).Count + new NameLabels(server).Count + new NameLabels(mailbox).Count > MostLabels) return null;

        byte[] buffer = new byte[MessageLimits.Udp];
        var message = default(MessageWriter);
        message.Begin(buffer, buffer.Length, 0, [.. apex, 0, 0, 0, 0]);
        int start = message.Position;
        message.TryAdd(Section.Authority, OwnerName.Of(apex), RecordType.SOA, zone.NegativeTtl, soa.Data, 1);
        byte[] record = buffer[start..message.Position];
        return new NegativeAnswer(record, apex.Length, PointersIn(record, start), [.. LabelBelow(apex, server), .. LabelBelow(apex, mailbox)]);
    }

    /// <summary>Whether this is the record for a question. It is not for a name under the same label as one in the record: that could be pointed at.</summary>
    /// <param name="question">A name at or below the apex.</param>
    public bool Fits(ReadOnlySpan<byte> question)
    {
        int apexAt = question.Length - _apexLength;
        int label = 0;
        int count = 0;
        for (int at = 0; at < apexAt; at += question[at] + 1)
        {
            label = at;
            count++;
        }
        if (count > MostLabels) return false;
        foreach (byte[] below in _labelsBelowApex)
        {
            if (apexAt > 0 && NameOctets.EqualsIgnoreCase(question[label..apexAt], below)) return false;
        }
        return true;
    }

    /// <param name="message">From its header on.</param>
    /// <param name="at">Where the record begins.</param>
    /// <param name="questionLength">Octets of the question's name.</param>
    public void Write(Span<byte> message, int at, int questionLength)
    {
        Span<byte> to = message.Slice(at, _record.Length);
        _record.CopyTo(to);
        int apexAt = MessageLimits.Header + questionLength - _apexLength;
        foreach (Pointer pointer in _pointers)
        {
            int target = (pointer.IsInRecord ? at : apexAt) + pointer.Target;
            BinaryPrimitives.WriteUInt16BigEndian(to[pointer.At..], (ushort)(0xC000 | target));
        }
    }

    private static Pointer[] PointersIn(ReadOnlySpan<byte> record, int start)
    {
        const int fixedLength = 10; // type, class, TTL, RDATA length
        var pointers = new List<Pointer>();
        int at = SkipName(record, 0, start, pointers) + fixedLength;
        at = SkipName(record, at, start, pointers);
        SkipName(record, at, start, pointers);
        return [.. pointers];
    }

    private static int SkipName(ReadOnlySpan<byte> record, int at, int start, List<Pointer> pointers)
    {
        while (record[at] is not 0 and < 0xC0) at += record[at] + 1;
        if (record[at] == 0) return at + 1;
        int target = BinaryPrimitives.ReadUInt16BigEndian(record[at..]) & 0x3FFF;
        pointers.Add(target < start ? new(at, target - MessageLimits.Header, false) : new(at, target - start, true));
        return at + 2;
    }

    /// <returns>The label that stands in front of the apex in a name below it, or none.</returns>
    private static byte[][] LabelBelow(ReadOnlySpan<byte> apex, ReadOnlySpan<byte> name)
    {
        var labels = new NameLabels(name);
        int below = labels.Count - new NameLabels(apex).Count - 1;
        return below >= 0 && labels.EndsWith(apex) ? [labels[below].ToArray()] : [];
    }

    /// <param name="At">In the record.</param>
    /// <param name="Target">From the apex in the question, or from the begin of the record.</param>
    private readonly record struct Pointer(int At, int Target, bool IsInRecord);
}
