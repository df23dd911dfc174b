using System.Text;

namespace GslbServer;

/// <summary>Columns aligned for people. Cells may carry colour: escape sequences take no width.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>A row. What cells bring from elsewhere cannot reach the terminal as anything but text.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => PlainText.Painted(cell, keepColour: true))]);

    public void WriteTo(TextWriter writer, Terminal terminal, string indent = "  ")
    {
        int[] widths = new int[headings.Length];
        foreach (string[] row in _rows.Prepend(headings))
        {
            for (int i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], VisibleLength(row[i]));
            }
        }

        writer.WriteLine(indent + terminal.Faint(Line(headings, widths)));
        foreach (string[] row in _rows)
        {
            writer.WriteLine(indent + Line(row, widths));
        }
    }

    private static string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            line.Append(cells[i]);
            if (i < cells.Length - 1)
            {
                line.Append(' ', widths[i] - VisibleLength(cells[i]) + 2);
            }
        }

        return line.ToString().TrimEnd();
    }

    private static int VisibleLength(string text)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (Terminal.LengthOfColour(text.AsSpan(i)) is > 0 and var colour)
            {
                i += colour - 1;
                continue;
            }

            length++;
        }

        return length;
    }
}
