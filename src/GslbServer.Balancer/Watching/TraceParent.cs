using System.Buffers;
using System.Diagnostics;

namespace GslbServer.Balancer;

/// <summary>The header <c>traceparent</c> of W3C Trace Context, section 3.2: <c>00-TRACE-PARENT-FLAGS</c> in lower-case hexadecimal.</summary>
internal static class TraceParent
{
    private const int Length = 55, TraceAt = 3, TraceLength = 32, ParentAt = 36, ParentLength = 16, FlagsAt = 53;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <returns>The id of the trace; null for what is no traceparent, which then is to be replaced.</returns>
    public static string? TraceIdOf(string? header) => IsValid(header) ? header!.Substring(TraceAt, TraceLength) : null;

    /// <param name="isSampled">Marked to be recorded.</param>
    public static (string Header, string TraceId) New(bool isSampled)
    {
        string trace = ActivityTraceId.CreateRandom().ToHexString();
        return ($"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-{(isSampled ? "01" : "00")}", trace);
    }

    /// <summary>A later version may be longer, after a hyphen; version ff is none.</summary>
    private static bool IsValid(string? header)
    {
        ReadOnlySpan<char> text = header;
        if (text.Length < Length || (text.Length > Length && (text.StartsWith("00") || text[Length] != '-'))) return false;
        ReadOnlySpan<char> trace = text.Slice(TraceAt, TraceLength), parent = text.Slice(ParentAt, ParentLength);
        return text[2] == '-' && text[35] == '-' && text[52] == '-' && IsHex(text[..2]) && !text.StartsWith("ff") && IsHex(trace) && IsHex(parent) && IsHex(text.Slice(FlagsAt, 2))
            && trace.ContainsAnyExcept('0') && parent.ContainsAnyExcept('0');
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digits);
}
