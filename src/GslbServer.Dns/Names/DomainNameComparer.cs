namespace GslbServer.Dns;

/// <summary>Finds names in dictionaries by their wire form too, so that a name inside RDATA or a packet needs no object.</summary>
internal sealed class DomainNameComparer : IEqualityComparer<DomainName>, IAlternateEqualityComparer<ReadOnlySpan<byte>, DomainName>
{
    public static readonly DomainNameComparer Instance = new();

    public bool Equals(DomainName? x, DomainName? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(DomainName obj) => obj.GetHashCode();

    public bool Equals(ReadOnlySpan<byte> alternate, DomainName other) => NameOctets.EqualsIgnoreCase(alternate, other.Wire);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => NameOctets.Hash(alternate);

    public DomainName Create(ReadOnlySpan<byte> alternate) => DomainName.FromWire(alternate);
}
