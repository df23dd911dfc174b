using System.Buffers;
using System.Buffers.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GslbServer.Balancer;

/// <summary>How the end of a message's content is found (RFC 9112 section 6.3).</summary>
internal enum ContentFraming
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>The head of an answer.</summary>
/// <param name="Octets">Of the head, with its empty line.</param>
/// <param name="ContentLength">With <see cref="ContentFraming.Length"/>.</param>
/// <param name="KeepsConnection">The backend leaves the connection open after the content.</param>
internal readonly record struct ResponseHead(int Octets, int Status, ContentFraming Framing, long ContentLength, bool KeepsConnection)
{
    private static readonly SearchValues<byte> TokenOctets = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Octets of the head with its empty line, or 0 while it has not come whole.</summary>
    /// <param name="data">From the first octet of a status line. A bare LF ends a line too (RFC 9112 section 2.2).</param>
    public static int Find(ReadOnlySpan<byte> data)
    {
        int start = 0;
        while (data[start..].IndexOf((byte)'\n') is >= 0 and int feed)
        {
            bool isEmpty = feed == 0 || (feed == 1 && data[start] == '\r');
            start += feed + 1;
            if (isEmpty) return start;
        }

        return 0;
    }

    /// <summary>Reads a whole head and puts its fields, without those of the connection, into <paramref name="fields"/>.</summary>
    /// <param name="head">As <see cref="Find"/> says.</param>
    /// <param name="fields">Null for an interim answer (1xx), whose fields nobody gets.</param>
    /// <remarks>Of a 101 the Upgrade field is kept: it says to what the backend switches.</remarks>
    /// <returns>False for what is no HTTP/1 answer, or one whose end could be understood in two ways (RFC 9112 sections 5, 6.3, 11.1).</returns>
    public static bool TryRead(ReadOnlySpan<byte> head, bool isAnswerToHead, HeadMemory memory, IHeaderDictionary? fields, out ResponseHead read)
    {
        read = default;
        int octets = head.Length;
        ReadOnlySpan<byte> line = NextLine(ref head);
        bool isVersion11 = line.StartsWith("HTTP/1.1 "u8);
        if (!isVersion11 && !line.StartsWith("HTTP/1.0 "u8)) return false;
        if (line.Length < 12 || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out int digits) || digits != 3 || status < 100 || (line.Length > 12 && line[12] != ' ')) return false;

        var seen = new FramingFields();
        for (int i = 0; ; i++)
        {
            line = NextLine(ref head);
            if (line.Length == 0) break;
            int colon = line.IndexOf((byte)':');
            // A name is a token right before its colon; folded lines are refused (RFC 9112 section 5.2).
            if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenOctets)) return false;
            ReadOnlySpan<byte> octetsOfValue = line[(colon + 1)..].Trim(" \t"u8);
            if (octetsOfValue.IndexOfAny((byte)'\r', (byte)0) >= 0) return false;
            if (fields is null) continue;
            (string name, string value) = memory.Strings(i, line, colon, octetsOfValue);
            if (!seen.Take(name, value)) return false;
            if (HopByHop.Contains(name) && !(status == StatusCodes.Status101SwitchingProtocols && name.Equals(HeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase))) continue;
            StringValues before = fields[name];
            fields[name] = before.Count == 0 ? value : StringValues.Concat(before, value);
        }

        if (fields is not null && seen.NamesFields && status != StatusCodes.Status101SwitchingProtocols) RemoveNamed(seen.Connection, fields);
        if (!seen.IsSound) return false;
        bool hasNone = isAnswerToHead || status is < 200 or 204 or 304;
        ContentFraming framing = hasNone ? ContentFraming.None : seen.IsChunked ? ContentFraming.Chunked : seen.Length >= 0 ? ContentFraming.Length : ContentFraming.UntilClose;
        bool keeps = (isVersion11 ? !HopByHop.IsNamed(seen.Connection, "close") : HopByHop.IsNamed(seen.Connection, "keep-alive")) && framing != ContentFraming.UntilClose;
        read = new ResponseHead(octets, status, framing, Math.Max(0, seen.Length), keeps);
        return true;
    }

    private static void RemoveNamed(StringValues connection, IHeaderDictionary fields)
    {
        foreach (string name in fields.Keys.Where(name => !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) && HopByHop.IsNamed(connection, name)).ToArray()) fields.Remove(name);
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> head)
    {
        int feed = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = head[..feed];
        head = head[(feed + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>The fields that say where the content ends and whether the connection stays.</summary>
    private struct FramingFields()
    {
        private bool _hasTransferEncoding;

        public long Length { get; private set; } = -1;

        public bool IsChunked { get; private set; }

        public StringValues Connection { get; private set; }

        public readonly bool NamesFields => Connection.Count > 0 && !(Connection.Count == 1 && Connection[0] is "keep-alive" or "close");

        /// <summary>Both a length and chunks: an answer meant to be misunderstood. Another coding than chunked would have to be undone here.</summary>
        public readonly bool IsSound => !_hasTransferEncoding || (IsChunked && Length < 0);

        /// <returns>False for a length that is none, or two that differ.</returns>
        public bool Take(string name, string value)
        {
            switch (name.Length)
            {
                case 14 when name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase):
                    if (!long.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long length) || Length >= 0) return false;
                    Length = length;
                    break;
                case 17 when name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase):
                    if (_hasTransferEncoding) return false;
                    (_hasTransferEncoding, IsChunked) = (true, value.Equals("chunked", StringComparison.OrdinalIgnoreCase));
                    break;
                case 10 when name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase):
                    Connection = StringValues.Concat(Connection, value);
                    break;
            }

            return true;
        }
    }
}
