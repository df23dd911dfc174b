using System.Globalization;

namespace GslbServer.State;

/// <summary>What the parts of a report are signed for: each of its key, and of one life and revision, so that parts of different reports do not pass for one.</summary>
internal static class ReportNames
{
    private static readonly byte[] SequenceField = [.. "\"sequence\":"u8];

    public static string Header(string key) => key + "#header";

    public static string Record(string key, long boot, long revision) => Part(key, "record", boot, revision);

    public static string Delta(string key, long boot, long revision) => Part(key, "delta", boot, revision);

    /// <summary>The sequence moves each second and is signed in the header; in the record, where the store moves it on for older nodes, it is signed as 0.</summary>
    public static byte[] Neutral(ReadOnlySpan<byte> record)
    {
        int start = record.IndexOf(SequenceField);
        if (start < 0)
            return record.ToArray();
        start += SequenceField.Length;
        int length = record[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return [.. record[..start], (byte)'0', .. record[(start + Math.Max(length, 0))..]];
    }

    private static string Part(string key, string part, long boot, long revision) => string.Create(CultureInfo.InvariantCulture, $"{key}#{part}:{boot}/{revision}");
}
