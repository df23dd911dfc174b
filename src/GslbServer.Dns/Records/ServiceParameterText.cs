using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace GslbServer.Dns;

/// <summary>One service parameter between presentation format and wire (RFC 9460 section 2.1 and 7, RFC 9461, RFC 9540).</summary>
internal static class ServiceParameterText
{
    /// <param name="word"><c>key</c> or <c>key=value</c>; the value without its quotes, escapes as written.</param>
    public static bool TryParse(string word, out ushort key, [NotNullWhen(true)] out byte[]? value, [NotNullWhen(false)] out string? error)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        ReadOnlySpan<char> name = equals < 0 ? word : word.AsSpan(0, equals);
        value = null;
        if (!ServiceParameterKey.TryParse(name, out key))
        {
            error = $"\"{Excerpt.Of(name)}\" is no service parameter; "
                + "expected mandatory, alpn, no-default-alpn, port, ipv4hint, ech, ipv6hint, dohpath or keyNNNNN";
            return false;
        }
        var octets = new RdataBuffer(word.Length);
        if (!CharacterString.TryDecode(equals < 0 ? [] : word.AsSpan(equals + 1), octets, out error))
            return false;
        // No value grows by more than an IPv6 address of two characters and a comma does.
        var wire = new RdataBuffer(Math.Min(DnsLimits.RdataLength, word.Length * 8 + 16));
        bool isOpaque = name.StartsWith("key");
        string? expected = isOpaque ? WriteOpaque(key, octets.Written, wire) : Write(key, equals >= 0, octets.Written, wire);
        if (expected is not null || wire.IsTooLong)
        {
            error = $"\"{Excerpt.Of(word)}\": expected {expected ?? "a value of at most 65535 octets"}";
            return false;
        }
        value = wire.Written.ToArray();
        return true;
    }

    /// <summary>Appends <c>key</c> or <c>key=value</c>; values that are lists or text in quotes.</summary>
    /// <returns>False when the octets are no value of this key.</returns>
    public static bool TryAppend(StringBuilder text, ushort key, ReadOnlySpan<byte> value)
    {
        text.Append(ServiceParameterKey.NameOf(key));
        switch (key)
        {
            case ServiceParameterKey.NoDefaultAlpn or ServiceParameterKey.Ohttp:
                return value.IsEmpty;
            case ServiceParameterKey.Mandatory:
                return TryAppendKeys(text, value);
            case ServiceParameterKey.Alpn:
                return TryAppendAlpn(text, value);
            case ServiceParameterKey.Port:
                text.Append('=').Append(value.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0);
                return value.Length == 2;
            case ServiceParameterKey.IPv4Hint:
                return TryAppendAddresses(text, value, 4);
            case ServiceParameterKey.IPv6Hint:
                return TryAppendAddresses(text, value, 16);
            case ServiceParameterKey.Ech:
                text.Append('=').Append(Convert.ToBase64String(value));
                return !value.IsEmpty;
            case ServiceParameterKey.TlsSupportedGroups:
                return TryAppendNumbers(text, value);
            default:
                if (value.IsEmpty)
                    return key != ServiceParameterKey.Invalid;
                text.Append('=');
                CharacterString.AppendQuoted(text, value);
                return key != ServiceParameterKey.Invalid;
        }
    }

    /// <summary>The octets as they are, which for a key that is known by name must be its value.</summary>
    private static string? WriteOpaque(ushort key, ReadOnlySpan<byte> octets, RdataBuffer wire)
    {
        wire.Write(octets);
        return TryAppend(new(), key, octets) ? null : $"the octets of a value of {ServiceParameterKey.NameOf(key)}";
    }

    /// <returns>What was expected, or null when the value was written.</returns>
    private static string? Write(ushort key, bool hasValue, ReadOnlySpan<byte> octets, RdataBuffer wire)
    {
        if (key is ServiceParameterKey.NoDefaultAlpn or ServiceParameterKey.Ohttp)
            return hasValue ? "no value" : null;
        if (octets.IsEmpty)
            return "a value";
        string text = Encoding.Latin1.GetString(octets);
        switch (key)
        {
            case ServiceParameterKey.Mandatory:
                return WriteMandatory(text, wire);
            case ServiceParameterKey.Alpn:
                return WriteAlpn(octets, wire);
            case ServiceParameterKey.Port:
                return RdataScalars.TryWrite(RdataFieldKind.UInt16, text, wire) ? null : "a port from 0 to 65535";
            case ServiceParameterKey.IPv4Hint:
                return TryWriteList(RdataFieldKind.IPv4, text, wire) ? null : "IPv4 addresses with commas between";
            case ServiceParameterKey.IPv6Hint:
                return TryWriteList(RdataFieldKind.IPv6, text, wire) ? null : "IPv6 addresses with commas between";
            case ServiceParameterKey.Ech:
                var ech = new RdataEncodings();
                ech.Begin();
                return ech.TryAdd(text, isHex: false) && ech.TryWriteBase64(wire) ? null : "base 64";
            case ServiceParameterKey.TlsSupportedGroups:
                return TryWriteList(RdataFieldKind.UInt16, text, wire) ? null : "numbers with commas between";
            default:
                wire.Write(octets);
                return null;
        }
    }

    private static bool TryWriteList(RdataFieldKind kind, string text, RdataBuffer wire)
        => Array.TrueForAll(text.Split(','), item => RdataScalars.TryWrite(kind, item, wire));

    private static string? WriteMandatory(string text, RdataBuffer wire)
    {
        var keys = new SortedSet<ushort>();
        foreach (string name in text.Split(','))
        {
            if (!ServiceParameterKey.TryParse(name, out ushort key) || key == ServiceParameterKey.Mandatory)
                return "names of service parameters (not mandatory itself) with commas between";
            if (!keys.Add(key))
                return "each service parameter once";
        }
        foreach (ushort key in keys)
            wire.WriteUInt16(key);
        return null;
    }

    /// <summary>A value list (RFC 9460 appendix A.1), the escapes of the character-string undone: items parted by commas, <c>\,</c> and <c>\\</c> inside
    /// them.</summary>
    private static string? WriteAlpn(ReadOnlySpan<byte> list, RdataBuffer wire)
    {
        const string Expected = @"protocol names of 1 to 255 octets with commas between (inside a name \\, and \\\\)";
        int lengthAt = wire.Length;
        wire.WriteUInt8(0);
        for (int i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || list[i] == ',')
            {
                int length = wire.Length - lengthAt - 1;
                if (length is 0 or > 255)
                    return Expected;
                wire.Patch(lengthAt, (byte)length);
                lengthAt = wire.Length;
                if (i < list.Length)
                    wire.WriteUInt8(0);
                continue;
            }
            if (list[i] == '\\' && (++i == list.Length || list[i] is not ((byte)',' or (byte)'\\')))
                return Expected;
            wire.WriteUInt8(list[i]);
        }
        return null;
    }

    private static bool TryAppendKeys(StringBuilder text, ReadOnlySpan<byte> keys)
    {
        if (keys.IsEmpty || keys.Length % 2 != 0)
            return false;
        int before = ServiceParameterKey.Mandatory;
        for (char separator = '='; !keys.IsEmpty; keys = keys[2..], separator = ',')
        {
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(keys);
            if (key <= before || key == ServiceParameterKey.Invalid)
                return false;
            text.Append(separator).Append(ServiceParameterKey.NameOf(key));
            before = key;
        }
        return true;
    }

    private static bool TryAppendAlpn(StringBuilder text, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return false;
        var list = new List<byte>();
        for (; !value.IsEmpty; value = value[(1 + value[0])..])
        {
            if (value[0] == 0 || value.Length < 1 + value[0])
                return false;
            if (list.Count > 0)
                list.Add((byte)',');
            foreach (byte octet in value.Slice(1, value[0]))
            {
                if (octet is (byte)',' or (byte)'\\')
                    list.Add((byte)'\\');
                list.Add(octet);
            }
        }
        text.Append('=');
        CharacterString.AppendQuoted(text, list.ToArray());
        return true;
    }

    private static bool TryAppendAddresses(StringBuilder text, ReadOnlySpan<byte> addresses, int length)
    {
        if (addresses.IsEmpty || addresses.Length % length != 0)
            return false;
        for (char separator = '='; !addresses.IsEmpty; addresses = addresses[length..], separator = ',')
            text.Append(separator).Append(new IPAddress(addresses[..length]));
        return true;
    }

    private static bool TryAppendNumbers(StringBuilder text, ReadOnlySpan<byte> numbers)
    {
        if (numbers.IsEmpty || numbers.Length % 2 != 0)
            return false;
        for (char separator = '='; !numbers.IsEmpty; numbers = numbers[2..], separator = ',')
            text.Append(separator).Append(BinaryPrimitives.ReadUInt16BigEndian(numbers));
        return true;
    }
}
