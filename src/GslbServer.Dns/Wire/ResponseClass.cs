using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Which responses count as the same when they are counted: an attacker who has one repeated gets the same class each time, and who makes up names does too.</summary>
public static class ResponseClass
{
    private const ulong Errors = 1, Positive = 2, Negative = 3, Referral = 4;

    /// <summary>By name and type for an answer, by zone for NXDOMAIN and NODATA, by cut for a referral; all errors are one class.</summary>
    /// <param name="query">As it was read.</param>
    /// <param name="response">The whole message.</param>
    /// <param name="synthesis"><see cref="ResponseComposer.Synthesis"/>: names below a wildcard or DNAME are one class too.</param>
    public static ulong Of(ReadOnlySpan<byte> packet, in Query query, ReadOnlySpan<byte> response, ulong synthesis)
    {
        var rcode = (Rcode)(response[3] & 0xF);
        if (query.NameLength == 0 || rcode is not (Rcode.NoError or Rcode.NxDomain)) return Mix((ulong)rcode, Errors);
        if (synthesis != 0) return Mix(synthesis + (ulong)rcode, Positive);
        ReadOnlySpan<byte> name = packet.Slice(MessageLimits.Header, query.NameLength);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(response[6..]);
        if (answers > 0) return Mix((query.NameHash != 0 ? query.NameHash : NameOctets.LongHash(name)) + (ushort)query.Type, Positive);

        // The owner of the SOA or of the cut's NS is an ancestor of the name, so it is written as a pointer into the question.
        int at = MessageLimits.Header + query.NameLength + 4;
        int owner = response.Length < at + 2 ? 0 : (BinaryPrimitives.ReadUInt16BigEndian(response[at..]) & 0x3FFF) - MessageLimits.Header;
        bool isReferral = (response[2] & HeaderFlags.Authoritative >> 8) == 0;
        return Mix(owner >= 0 && owner < name.Length ? NameOctets.LongHash(name[owner..]) : 0, isReferral ? Referral : Negative);
    }

    private static ulong Mix(ulong value, ulong kind)
    {
        ulong mixed = (value ^ kind) * 0x9E37_79B9_7F4A_7C15;
        return mixed ^ mixed >> 32;
    }
}
