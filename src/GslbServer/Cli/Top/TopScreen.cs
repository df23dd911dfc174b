using System.Text;

namespace GslbServer;

/// <summary>A terminal that is drawn on as a whole. What stood there before is back when this is disposed.</summary>
internal sealed class TopScreen : IDisposable
{
    // xterm's private modes: 1049 the alternate screen, 25 the cursor, 2026 nothing is shown until the frame is whole (terminals that do not know it ignore it).
    private const string Enter = "\e[?1049h\e[?25l\e[2J", Leave = "\e[?25h\e[?1049l", Begin = "\e[?2026h\e[H", End = "\e[J\e[?2026l";

    private readonly TextWriter _terminal;
    private readonly Lock _gate = new();
    private bool _hasLeft;

    public TopScreen(TextWriter terminal)
    {
        _terminal = terminal;
        Write(Enter);
    }

    /// <summary>Redraws every line in one write: nothing flickers, and nothing is left of longer lines.</summary>
    /// <param name="lines">Of the body; those from <paramref name="first"/> on that fit are shown.</param>
    /// <param name="footer">The last line.</param>
    public void Draw(IReadOnlyList<string> lines, int first, string footer, int width, int height)
    {
        var frame = new StringBuilder(Begin);
        for (int row = 0; row < height - 1; row++)
        {
            frame.Append(first + row < lines.Count ? Clip(lines[first + row], width) : "").Append("\e[0m\e[K\r\n");
        }

        frame.Append(Clip(footer, width)).Append("\e[0m\e[K").Append(End);
        lock (_gate)
        {
            if (!_hasLeft)
            {
                Write(frame.ToString());
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_hasLeft)
            {
                _hasLeft = true;
                Write(Leave);
            }
        }
    }

    /// <summary>At most so many characters; colours take no place.</summary>
    internal static string Clip(string line, int width)
    {
        int shown = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (Terminal.LengthOfColour(line.AsSpan(i)) is > 0 and var colour)
            {
                i += colour - 1;
            }
            else if (++shown > width)
            {
                return line[..i];
            }
        }

        return line;
    }

    private void Write(string text)
    {
        _terminal.Write(text);
        _terminal.Flush();
    }
}
