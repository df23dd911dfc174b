using System.IO.Compression;
using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>A report as a store holds it: whole; without its observations, for readers who have them; and, where it is long, deflated to about a fifth, for those who do not.</summary>
/// <param name="Packed">Empty for short reports.</param>
internal sealed record ReportForm(byte[] Record, byte[] Head, byte[] Packed)
{
    /// <summary>Octets from which on packing pays.</summary>
    private const int PackFrom = 16 * 1024;

    public static ReportForm Of(VantageReport report)
    {
        byte[] record = StateJson.Write(report);
        return new ReportForm(record, StateJson.Write(report with { Observations = [] }), record.Length < PackFrom ? [] : Pack(record));
    }

    /// <returns>Null for what is no deflated text, or one that would be longer than any record may be.</returns>
    public static byte[]? Unpack(byte[] packed)
    {
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var record = new MemoryStream();
            byte[] piece = new byte[64 * 1024];
            for (int read; (read = inflate.Read(piece)) > 0;)
            {
                if (record.Length + read > RedisScripts.MaxRecord)
                    return null;
                record.Write(piece, 0, read);
            }

            return record.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Pack(byte[] record)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(record);
        return packed.ToArray();
    }
}
