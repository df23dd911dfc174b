using System.Buffers.Text;

namespace GslbServer.Balancer;

/// <summary>Finds the data in content of chunks (RFC 9112 section 7.1), however it is cut into pieces. Chunk extensions are dropped.</summary>
internal struct ChunkedContent()
{
    private const int LongestLine = 8192, LongestTrailer = 32768;

    private readonly List<byte> _line = [];
    private long _left;
    private Part _part = Part.Size;
    private int _trailerOctets;

    private enum Part
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Done,
    }

    public readonly bool IsDone => _part == Part.Done;

    /// <summary>Takes one piece of data, or what stands around it, from the front of <paramref name="input"/>.</summary>
    /// <param name="data">What of it is content; may be empty though input was taken.</param>
    /// <param name="trailers">Gets the trailer fields; null drops them.</param>
    /// <returns>Octets taken; 0 only for empty input or when done; -1 for what is no chunked content.</returns>
    public int Take(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, IHeaderDictionary? trailers)
    {
        data = default;
        if (input.IsEmpty || IsDone) return 0;
        if (_part == Part.Data)
        {
            int length = (int)Math.Min(_left, input.Length);
            data = input[..length];
            _left -= length;
            if (_left == 0) _part = Part.DataEnd;
            return length;
        }

        int feed = input.IndexOf((byte)'\n');
        int taken = feed < 0 ? input.Length : feed + 1;
        if (_line.Count + taken > LongestLine) return -1;
        _line.AddRange(input[..taken]);
        if (feed < 0) return taken;
        ReadOnlySpan<byte> line = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line)[..^1];
        if (line is [.., (byte)'\r']) line = line[..^1];
        bool isSound = EndOfLine(line, trailers);
        _line.Clear();
        return isSound ? taken : -1;
    }

    private bool EndOfLine(ReadOnlySpan<byte> line, IHeaderDictionary? trailers)
    {
        switch (_part)
        {
            case Part.Size:
                int end = line.IndexOfAny((byte)';', (byte)' ', (byte)'\t');
                ReadOnlySpan<byte> size = end < 0 ? line : line[..end];
                // What follows the size is an extension, after a semicolon; blanks before it are bad but harmless.
                if (end >= 0 && line[end..].Trim(" \t"u8) is [not (byte)';', ..]) return false;
                if (size.Length is 0 or > 15 || !Utf8Parser.TryParse(size, out _left, out int digits, 'x') || digits != size.Length) return false;
                _part = _left == 0 ? Part.Trailer : Part.Data;
                return true;
            case Part.DataEnd:
                _part = Part.Size;
                return line.IsEmpty;
            default:
                _trailerOctets += line.Length + 2;
                if (line.IsEmpty) _part = Part.Done;
                return line.IsEmpty || (_trailerOctets <= LongestTrailer && Trailer(line, trailers));
        }
    }

    private static bool Trailer(ReadOnlySpan<byte> line, IHeaderDictionary? trailers)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        string name = System.Text.Encoding.Latin1.GetString(line[..colon]);
        if (trailers is { IsReadOnly: false } && !HopByHop.Contains(name)) trailers.Append(name, System.Text.Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8)));
        return true;
    }
}
