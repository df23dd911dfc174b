using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The address hints of SVCB and HTTPS records (RFC 9460 section 7.3). RDATA: priority (2 octets), target name, then parameters of
/// key (2), length (2) and value.</summary>
internal static class ServiceBindingHints
{
    private const ushort IPv4Hint = 4;
    private const ushort IPv6Hint = 6;

    /// <summary>Whether a record of the set hints at addresses of its owner.</summary>
    public static bool IsIn(RRset set, ReadOnlySpan<byte> owner)
    {
        ReadOnlySpan<byte> data = set.Data;
        for (int i = 0; i < set.Count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data);
            if (IsOfOwner(data.Slice(2, length), owner, out int parameters) && HasHint(data[(2 + parameters)..(2 + length)])) return true;
            data = data[(2 + length)..];
        }
        return false;
    }

    /// <summary>Whether hints in this RDATA mean the owner: service mode with the owner as target, which is mostly written <c>.</c></summary>
    /// <param name="parameters">Where the parameters begin.</param>
    public static bool IsOfOwner(ReadOnlySpan<byte> rdata, ReadOnlySpan<byte> owner, out int parameters)
    {
        ReadOnlySpan<byte> target = rdata[2..];
        target = target[..RdataLayout.NameLength(target)];
        parameters = 2 + target.Length;
        bool isServiceMode = (rdata[0] | rdata[1]) != 0;
        return isServiceMode && (target.Length == 1 || NameOctets.EqualsIgnoreCase(target, owner));
    }

    /// <summary>Takes the first parameter off.</summary>
    /// <returns>The whole parameter, key and length included.</returns>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> parameters)
    {
        int length = 4 + BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
        ReadOnlySpan<byte> parameter = parameters[..length];
        parameters = parameters[length..];
        return parameter;
    }

    /// <summary>Octets of one address where the parameter is a hint: 4 or 16, else 0.</summary>
    public static int AddressLength(ReadOnlySpan<byte> parameter) => BinaryPrimitives.ReadUInt16BigEndian(parameter) switch
    {
        IPv4Hint => 4,
        IPv6Hint => 16,
        _ => 0,
    };

    private static bool HasHint(ReadOnlySpan<byte> parameters)
    {
        while (!parameters.IsEmpty)
        {
            if (AddressLength(Next(ref parameters)) > 0) return true;
        }
        return false;
    }
}
