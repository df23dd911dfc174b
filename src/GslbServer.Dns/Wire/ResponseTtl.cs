using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>For how long a whole response may be kept by what caches whole responses (RFC 8484 section 5.1).</summary>
public static class ResponseTtl
{
    /// <returns>The smallest TTL of its answer, in seconds; without one that of the SOA beside it (RFC 2308 section 5); 0 for anything else, errors above all.</returns>
    public static uint Smallest(ReadOnlySpan<byte> response)
    {
        if (response.Length < MessageLimits.Header || (Rcode)(response[3] & 0xF) is not (Rcode.NoError or Rcode.NxDomain)) return 0;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(response[4..]), answers = BinaryPrimitives.ReadUInt16BigEndian(response[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(response[8..]);
        int offset = MessageLimits.Header;
        for (int i = 0; i < questions; i++)
        {
            int name = RdataLayout.NameLength(response[offset..]);
            if (name < 0) return 0;
            offset += name + 4;
        }
        uint smallest = uint.MaxValue;
        for (int i = 0; i < answers + authorities; i++)
        {
            if (!RecordReader.TryRead(response, ref offset, out RecordReader record)) return 0;
            if (i < answers || (answers == 0 && record.Type == RecordType.SOA)) smallest = Math.Min(smallest, record.Ttl);
        }
        return smallest == uint.MaxValue ? 0 : smallest;
    }
}
