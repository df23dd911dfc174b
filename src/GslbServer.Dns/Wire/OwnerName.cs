namespace GslbServer.Dns;

/// <summary>The owner of a record to be written: a place in the message to point at, or else a name.</summary>
internal readonly ref struct OwnerName
{
    /// <summary>Offset in the message; 0 where the name has to be spelled out.</summary>
    public int Offset { get; private init; }

    /// <summary>Uncompressed wire form.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    public static OwnerName Of(ReadOnlySpan<byte> name) => new() { Name = name };

    /// <summary>A name that stands at an offset; beyond the 14 bits of a pointer it stays a name.</summary>
    public static OwnerName At(int offset, ReadOnlySpan<byte> name) => new() { Offset = offset < NameCompressor.PointerRange ? offset : 0, Name = name };
}
