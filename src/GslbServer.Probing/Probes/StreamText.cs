namespace GslbServer.Probing;

internal static class StreamText
{
    /// <summary>Reads until the text has come, the stream ends or <paramref name="limit"/> octets are read.</summary>
    public static async Task<bool> ContainsAsync(Stream stream, ReadOnlyMemory<byte> text, int limit, CancellationToken cancel)
    {
        byte[] buffer = new byte[Math.Min(limit, 4096)];
        int length = 0;
        while (true)
        {
            int searched = Math.Max(0, length - text.Length + 1);
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0)
                return text.Length == 0;
            length += read;
            if (buffer.AsSpan(searched, length - searched).IndexOf(text.Span) >= 0)
                return true;
            if (length == limit)
                return false;
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(limit, 2 * length));
        }
    }
}
