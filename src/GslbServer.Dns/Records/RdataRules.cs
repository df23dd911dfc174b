using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>What a type's RFC demands between its fields, beyond the shape of each.</summary>
internal static class RdataRules
{
    /// <param name="rdata">Well-formed by the type's shape, or any octets of a type without one.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Violation(RecordType type, ReadOnlySpan<byte> rdata) => type switch
    {
        RecordType.DS or RecordType.CDS or RecordType.DLV or RecordType.TA => DigestLength(rdata[3], rdata.Length - 4),
        RecordType.SSHFP => FingerprintLength(rdata[1], rdata.Length - 2),
        RecordType.CAA => rdata[1] == 0 ? "the CAA tag is empty; expected letters and digits, such as issue or iodef" : null,
        RecordType.URI => rdata.Length == 4 ? "the URI target is empty" : null,
        RecordType.ISDN => StringCount(rdata) > 2 ? "ISDN has an address and at most a subaddress" : null,
        RecordType.NAPTR => Substitution(rdata[4..]),
        RecordType.SVCB or RecordType.HTTPS => ServiceBinding(rdata),
        _ => null,
    };

    private static string? DigestLength(byte digestType, int length)
    {
        // RFC 3658, 4509, 5933, 6605.
        int expected = digestType switch { 1 => 20, 2 => 32, 3 => 32, 4 => 48, _ => length };
        return length == expected ? null : $"a digest of {length} octets; digest type {digestType} has {expected}";
    }

    private static string? FingerprintLength(byte fingerprintType, int length)
    {
        // RFC 4255 section 3.1.2, RFC 6594.
        int expected = fingerprintType switch { 1 => 20, 2 => 32, _ => length };
        return length == expected ? null : $"a fingerprint of {length} octets; fingerprint type {fingerprintType} has {expected}";
    }

    /// <summary>The third string of NAPTR is empty or a substitution expression (RFC 3402 section 3.2): delimiter, pattern, delimiter, replacement, delimiter, flags.</summary>
    private static string? Substitution(ReadOnlySpan<byte> strings)
    {
        for (int i = 0; i < 2; i++)
            strings = strings[(1 + strings[0])..];
        ReadOnlySpan<byte> expression = strings.Slice(1, strings[0]);
        if (expression.IsEmpty)
            return null;
        byte delimiter = expression[0];
        int delimiters = 1;
        for (int i = 1; i < expression.Length; i++)
        {
            if (expression[i] == '\\')
                i++;
            else if (expression[i] == delimiter)
                delimiters++;
        }
        return delimiters == 3 ? null : "the NAPTR regexp is no substitution; expected delimiter, pattern, delimiter, replacement, delimiter, such as !^.*$!sip:info@example.org!";
    }

    private static int StringCount(ReadOnlySpan<byte> rdata)
    {
        int count = 0;
        for (; !rdata.IsEmpty; rdata = rdata[(1 + rdata[0])..])
            count++;
        return count;
    }

    /// <summary>RFC 9460 section 8 (mandatory names keys that are there) and 7.1.1 (no-default-alpn needs alpn).</summary>
    private static string? ServiceBinding(ReadOnlySpan<byte> rdata)
    {
        ReadOnlySpan<byte> parameters = rdata[(2 + DomainName.MeasureWire(rdata[2..]))..], mandatory = [];
        var present = new HashSet<ushort>();
        while (!parameters.IsEmpty)
        {
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(parameters);
            int length = BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
            if (key == ServiceParameterKey.Mandatory)
                mandatory = parameters.Slice(4, length);
            present.Add(key);
            parameters = parameters[(4 + length)..];
        }
        for (; !mandatory.IsEmpty; mandatory = mandatory[2..])
            if (!present.Contains(BinaryPrimitives.ReadUInt16BigEndian(mandatory)))
                return $"{ServiceParameterKey.NameOf(BinaryPrimitives.ReadUInt16BigEndian(mandatory))} is mandatory, but is not given";
        return present.Contains(ServiceParameterKey.NoDefaultAlpn) && !present.Contains(ServiceParameterKey.Alpn)
            ? "no-default-alpn needs alpn (RFC 9460 section 7.1.1)" : null;
    }
}
