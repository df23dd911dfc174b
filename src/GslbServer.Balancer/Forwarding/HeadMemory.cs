using System.Text;

namespace GslbServer.Balancer;

/// <summary>The lines of the last head that a connection brought, as strings. A backend's answers differ in few lines, so most strings need not be made anew.</summary>
internal sealed class HeadMemory
{
    private const int MostLines = 32, LongestLine = 256;

    private readonly Line?[] _lines = new Line?[MostLines];

    /// <param name="index">The how manieth header of this head.</param>
    /// <param name="line">The whole line without its end.</param>
    /// <param name="nameLength">Octets before the colon.</param>
    public (string Name, string Value) Strings(int index, ReadOnlySpan<byte> line, int nameLength, ReadOnlySpan<byte> value)
    {
        if (index >= MostLines || line.Length > LongestLine) return (Encoding.Latin1.GetString(line[..nameLength]), Encoding.Latin1.GetString(value));
        if (_lines[index] is { } last && line.SequenceEqual(last.Octets)) return (last.Name, last.Value);
        string name = _lines[index] is { } other && other.NameLength == nameLength && line[..nameLength].SequenceEqual(other.Octets.AsSpan(0, nameLength)) ? other.Name : Encoding.Latin1.GetString(line[..nameLength]);
        var made = new Line(line.ToArray(), nameLength, name, Encoding.Latin1.GetString(value));
        _lines[index] = made;
        return (made.Name, made.Value);
    }

    private sealed record Line(byte[] Octets, int NameLength, string Name, string Value);
}
