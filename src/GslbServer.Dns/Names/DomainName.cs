namespace GslbServer.Dns;

/// <summary>An absolute domain name in wire form: labels of 1 to 63 octets, ended by the root label; at most 255 octets in all, any octet allowed.</summary>
/// <remarks>RFC 1035 section 3.1, RFC 2181 section 11. Immutable. Case is kept; comparison ignores ASCII case (RFC 4343). For cold code: a query's
/// name stays a span in its packet.</remarks>
public sealed class DomainName : IEquatable<DomainName>, IComparable<DomainName>
{
    public static readonly DomainName Root = new([0]);

    private readonly byte[] _wire;

    private DomainName(byte[] wire) => _wire = wire;

    /// <summary>The whole name, length octets and final zero included.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>Number of labels without the root: 0 for the root itself.</summary>
    public int LabelCount => throw new NotImplementedException();

    /// <summary>The name without its first label; the root has itself as parent.</summary>
    public DomainName Parent => throw new NotImplementedException();

    /// <summary>Copies a name from its uncompressed wire form.</summary>
    public static DomainName FromWire(ReadOnlySpan<byte> wire) => throw new NotImplementedException();

    /// <summary>Reads presentation format: <c>\DDD</c> and <c>\X</c> escapes; without a final dot the name is relative to <paramref name="origin"/>.</summary>
    /// <param name="error">What is wrong, for people; null when the result is true.</param>
    public static bool TryParse(ReadOnlySpan<char> text, DomainName origin, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DomainName? name,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? error) => throw new NotImplementedException();

    /// <summary>As <see cref="TryParse"/> at the root; for names known to be good.</summary>
    /// <exception cref="FormatException">The text is no domain name.</exception>
    public static DomainName Parse(string text) => throw new NotImplementedException();

    /// <summary>True for the ancestor itself and everything below it.</summary>
    public bool IsAtOrBelow(DomainName ancestor) => throw new NotImplementedException();

    /// <summary>The same name in lower case: the canonical form of RFC 4034 section 6.2.</summary>
    public DomainName ToLower() => throw new NotImplementedException();

    public bool Equals(DomainName? other) => throw new NotImplementedException();

    public override bool Equals(object? obj) => Equals(obj as DomainName);

    public override int GetHashCode() => throw new NotImplementedException();

    /// <summary>Canonical order of RFC 4034 section 6.1: by labels from the right.</summary>
    public int CompareTo(DomainName? other) => throw new NotImplementedException();

    /// <summary>Presentation format with the final dot, escaped so that <see cref="TryParse"/> reads it back.</summary>
    public override string ToString() => throw new NotImplementedException();
}
