using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Probing;

/// <summary>The one DNS message that probing sends (RFC 1035 section 4.1), so that this room need not know the DNS room.</summary>
internal static class DnsQuestion
{
    private const int HeaderLength = 12;
    private const int LongestLabel = 63;
    private const int LongestName = 255;

    /// <summary>Not recursive: the endpoint answers for itself.</summary>
    /// <returns>Null when <paramref name="name"/> is no domain name.</returns>
    public static byte[]? Soa(string name, ushort id)
    {
        byte[][] labels = [.. name.TrimEnd('.').Split('.').Where(l => l.Length > 0 || name.TrimEnd('.').Length > 0).Select(Encoding.UTF8.GetBytes)];
        if (labels.Any(l => l.Length is 0 or > LongestLabel) || labels.Sum(l => l.Length + 1) + 1 > LongestName)
            return null;
        byte[] message = new byte[HeaderLength + labels.Sum(l => l.Length + 1) + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[5] = 1; // QDCOUNT
        int offset = HeaderLength;
        foreach (byte[] label in labels)
        {
            message[offset++] = (byte)label.Length;
            label.CopyTo(message, offset);
            offset += label.Length;
        }
        message[offset + 2] = 6; // QTYPE SOA
        message[offset + 4] = 1; // QCLASS IN
        return message;
    }

    /// <returns>The RCODE of the answer to this question; null when the datagram is not that. Servers may leave the question out with an error (RFC 1035 section 4.1.1
    /// does not say), so then the id suffices.</returns>
    public static int? AnswerTo(ReadOnlySpan<byte> question, ReadOnlySpan<byte> answer)
    {
        bool isAnswer = answer.Length >= HeaderLength && answer[..2].SequenceEqual(question[..2]) && (answer[2] & 0x80) != 0;
        if (!isAnswer)
            return null;
        int rcode = answer[3] & 0x0f;
        bool repeats = BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 1
            && answer.Length >= question.Length
            && Ascii.EqualsIgnoreCase(answer[HeaderLength..question.Length], question[HeaderLength..]);
        return repeats || rcode != 0 && BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 0 ? rcode : null;
    }

    public static string RcodeName(int rcode) => rcode switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        9 => "NOTAUTH",
        _ => $"RCODE {rcode}",
    };
}
