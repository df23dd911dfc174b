using System.Text;

namespace GslbServer.Dns;

/// <summary>Window blocks of type bits (RFC 4034 section 4.1.2): window number, length 1 to 32, bits from the left.</summary>
internal static class TypeBitmap
{
    public static void Write(SortedSet<ushort> types, RdataBuffer wire)
    {
        Span<byte> bits = stackalloc byte[32];
        foreach (IGrouping<int, ushort> window in types.GroupBy(t => t >> 8))
        {
            bits.Clear();
            int length = 0;
            foreach (ushort type in window)
            {
                bits[(type & 0xFF) / 8] |= (byte)(0x80 >> type % 8);
                length = (type & 0xFF) / 8 + 1;
            }
            wire.WriteUInt8((uint)window.Key);
            wire.WriteUInt8((uint)length);
            wire.Write(bits[..length]);
        }
    }

    /// <param name="types">In any order.</param>
    public static byte[] Of(List<RecordType> types)
    {
        var wire = new RdataBuffer(types.Count * 34);
        Write([.. types.Select(type => (ushort)type)], wire);
        return wire.Written.ToArray();
    }

    /// <param name="bitmap">Well-formed.</param>
    public static bool Has(ReadOnlySpan<byte> bitmap, RecordType type)
    {
        for (; !bitmap.IsEmpty; bitmap = bitmap[(2 + bitmap[1])..])
            if (bitmap[0] == (ushort)type >> 8)
                return ((ushort)type & 0xFF) / 8 < bitmap[1] && (bitmap[2 + ((ushort)type & 0xFF) / 8] & 0x80 >> (ushort)type % 8) != 0;
        return false;
    }

    /// <param name="bitmap">Well-formed.</param>
    /// <returns>The same without one type.</returns>
    public static byte[] Without(ReadOnlySpan<byte> bitmap, RecordType type) => Of([.. TypesIn(bitmap).Where(other => other != type)]);

    /// <param name="bitmap">Well-formed.</param>
    public static List<RecordType> TypesIn(ReadOnlySpan<byte> bitmap)
    {
        var types = new List<RecordType>();
        for (; !bitmap.IsEmpty; bitmap = bitmap[(2 + bitmap[1])..])
            for (int i = 0; i < bitmap[1] * 8; i++)
                if ((bitmap[2 + i / 8] & 0x80 >> i % 8) != 0)
                    types.Add((RecordType)(bitmap[0] << 8 | i));
        return types;
    }

    /// <summary>Appends a blank and the mnemonic for each type.</summary>
    /// <returns>False when windows are out of order, empty or longer than what is left.</returns>
    public static bool TryAppend(StringBuilder text, ReadOnlySpan<byte> bitmap)
    {
        int before = -1;
        while (bitmap.Length >= 2)
        {
            int window = bitmap[0], length = bitmap[1];
            if (window <= before || length is 0 or > 32 || bitmap.Length < 2 + length || bitmap[1 + length] == 0)
                return false;
            for (int i = 0; i < length * 8; i++)
                if ((bitmap[2 + i / 8] & 0x80 >> i % 8) != 0)
                    text.Append(' ').Append(RecordTypeName.Of((RecordType)(window << 8 | i)));
            before = window;
            bitmap = bitmap[(2 + length)..];
        }
        return bitmap.IsEmpty;
    }
}
