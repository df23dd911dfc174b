namespace GslbServer.Steering;

/// <summary>Data types of a MaxMind DB, format 2.0, "Output Data Section".</summary>
internal enum MmdbType : byte
{
    Pointer = 1,
    String = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    Boolean = 14,
    Float = 15,
}

/// <summary>One value in a section: its type and where its payload lies.</summary>
/// <param name="Size">Octets of payload; entries of a map or array; 0 or 1 for a boolean, which has no payload.</param>
internal readonly record struct MmdbValue(MmdbType Type, int Size, int Payload);
