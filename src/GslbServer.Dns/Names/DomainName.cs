using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GslbServer.Dns;

/// <summary>An absolute domain name in wire form: labels of 1 to 63 octets, ended by the root label; at most 255 octets in all, any octet allowed.</summary>
/// <remarks>RFC 1035 section 3.1, RFC 2181 section 11. Immutable. Case is kept; comparison ignores ASCII case (RFC 4343). For cold code: a query's
/// name stays a span in its packet.</remarks>
public sealed class DomainName : IEquatable<DomainName>, IComparable<DomainName>
{
    /// <summary>Octets of the longest name, length octets and the root label included.</summary>
    public const int MaxLength = 255;

    /// <summary>Labels of the longest name: 127 of one octet each, without the root.</summary>
    private const int MaxLabels = 127;

    public static readonly DomainName Root = new([0]);

    private readonly byte[] _wire;
    private readonly int _hash;

    private DomainName(byte[] wire)
    {
        _wire = wire;
        _hash = NameOctets.Hash(wire);
    }

    /// <summary>The whole name, length octets and final zero included.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>Number of labels without the root: 0 for the root itself.</summary>
    public int LabelCount
    {
        get
        {
            int count = 0;
            for (int at = 0; _wire[at] != 0; at += 1 + _wire[at])
                count++;
            return count;
        }
    }

    /// <summary>The name without its first label; the root has itself as parent.</summary>
    public DomainName Parent => _wire[0] == 0 ? this : new(_wire[(1 + _wire[0])..]);

    /// <summary>True for the root alone.</summary>
    public bool IsRoot => _wire[0] == 0;

    /// <summary>True when the first label is <c>*</c> (RFC 4592 section 2.1.1).</summary>
    public bool IsWildcard => _wire is [1, (byte)'*', ..];

    /// <summary>Copies a name from its uncompressed wire form.</summary>
    /// <exception cref="ArgumentException">The octets are not exactly one name; where they are not known to be good, use <see cref="TryFromWire"/>.</exception>
    public static DomainName FromWire(ReadOnlySpan<byte> wire)
        => TryFromWire(wire, out DomainName? name) && name.Wire.Length == wire.Length
            ? name
            : throw new ArgumentException("Not one uncompressed domain name.", nameof(wire));

    /// <summary>Copies the name that stands at the start of these octets; what follows it is not looked at.</summary>
    /// <returns>False when the octets end early, have a compression pointer or another label type, or the name is longer than 255 octets.</returns>
    public static bool TryFromWire(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out DomainName? name)
    {
        int length = MeasureWire(octets);
        name = length == 0 ? null : new(octets[..length].ToArray());
        return length != 0;
    }

    /// <summary>Octets of the uncompressed name at the start of <paramref name="octets"/>, final zero included; 0 when there is none.</summary>
    internal static int MeasureWire(ReadOnlySpan<byte> octets)
    {
        for (int at = 0; at < octets.Length && at < MaxLength; at += 1 + octets[at])
        {
            if (octets[at] == 0)
                return at + 1;
            if (octets[at] > 63)
                return 0;
        }
        return 0;
    }

    /// <summary>Reads presentation format: <c>\DDD</c> and <c>\X</c> escapes, a lone <c>@</c> for the origin; without a final dot the name is relative to
    /// <paramref name="origin"/>. A character up to 255 is the octet of that number.</summary>
    /// <param name="error">What is wrong, for people; null when the result is true.</param>
    public static bool TryParse(ReadOnlySpan<char> text, DomainName origin, [NotNullWhen(true)] out DomainName? name, [NotNullWhen(false)] out string? error)
    {
        Span<byte> wire = stackalloc byte[MaxLength];
        name = NameText.TryParse(text, origin._wire, wire, out int length, out error) ? new(wire[..length].ToArray()) : null;
        return name is not null;
    }

    /// <summary>As <see cref="TryParse"/> at the root; for names known to be good.</summary>
    /// <exception cref="FormatException">The text is no domain name.</exception>
    public static DomainName Parse(string text) => TryParse(text, Root, out DomainName? name, out string? error) ? name : throw new FormatException(error);

    /// <summary>True for the ancestor itself and everything below it.</summary>
    public bool IsAtOrBelow(DomainName ancestor)
    {
        int at = 0, extra = _wire.Length - ancestor._wire.Length;
        while (at < extra)
            at += 1 + _wire[at];
        return at == extra && NameOctets.EqualsIgnoreCase(_wire.AsSpan(at), ancestor._wire);
    }

    /// <summary>The same name in lower case: the canonical form of RFC 4034 section 6.2.</summary>
    public DomainName ToLower()
    {
        byte[] lower = Array.ConvertAll(_wire, NameOctets.ToLower);
        return lower.AsSpan().SequenceEqual(_wire) ? this : new(lower);
    }

    public bool Equals(DomainName? other)
        => ReferenceEquals(this, other) || other is not null && _hash == other._hash && NameOctets.EqualsIgnoreCase(_wire, other._wire);

    public override bool Equals(object? obj) => Equals(obj as DomainName);

    public override int GetHashCode() => _hash;

    /// <summary>Canonical order of RFC 4034 section 6.1: by labels from the right, each as lower-case octets, a missing octet first.</summary>
    public int CompareTo(DomainName? other)
    {
        if (other is null)
            return 1;
        Span<byte> starts = stackalloc byte[MaxLabels], otherStarts = stackalloc byte[MaxLabels];
        int count = FindLabels(starts), otherCount = other.FindLabels(otherStarts);
        while (count > 0 && otherCount > 0)
        {
            int order = CompareLabels(LabelAt(starts[--count]), other.LabelAt(otherStarts[--otherCount]));
            if (order != 0)
                return order;
        }
        return count - otherCount;
    }

    /// <summary>Presentation format with the final dot, escaped so that <see cref="TryParse"/> reads it back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_wire.Length + 4);
        NameText.Append(text, _wire);
        return text.ToString();
    }

    private int FindLabels(Span<byte> starts)
    {
        int count = 0;
        for (int at = 0; _wire[at] != 0; at += 1 + _wire[at])
            starts[count++] = (byte)at;
        return count;
    }

    private ReadOnlySpan<byte> LabelAt(int start) => _wire.AsSpan(start + 1, _wire[start]);

    private static int CompareLabels(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            int order = NameOctets.ToLower(left[i]) - NameOctets.ToLower(right[i]);
            if (order != 0)
                return order;
        }
        return left.Length - right.Length;
    }
}
