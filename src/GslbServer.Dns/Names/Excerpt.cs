namespace GslbServer.Dns;

/// <summary>Text from a file as it may stand in a message: short, and without characters that a terminal would act on.</summary>
internal static class Excerpt
{
    private const int MaxLength = 60;

    public static string Of(ReadOnlySpan<char> text)
    {
        Span<char> shown = stackalloc char[MaxLength];
        ReadOnlySpan<char> taken = text[..Math.Min(text.Length, MaxLength)];
        for (int i = 0; i < taken.Length; i++)
            shown[i] = char.IsControl(taken[i]) || char.IsSurrogate(taken[i]) ? '?' : taken[i];
        return text.Length > MaxLength ? $"{shown}..." : new string(shown[..taken.Length]);
    }
}
