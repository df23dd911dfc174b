using System.Text;

namespace GslbServer.Dns;

/// <summary>Writes a zone file anew in one style: what belongs in a column stands in one, type and class in capitals, one blank between words. Comments, directives, empty lines and the breaks of
/// long records stay; not one word changes.</summary>
/// <remarks>Records between two empty lines share their columns. Reads no more than the lexical form (RFC 1035 section 5.1): whether the words are right is not asked.</remarks>
public static class ZoneFormatter
{
    /// <summary>A longer owner or line makes no column for the others.</summary>
    private const int WidestOwner = 40, WidestLine = 110;

    private const string Gap = "  ";

    /// <param name="text">A whole file, in which every parenthesis and quote is closed.</param>
    public static string Format(string text)
    {
        var output = new StringBuilder(text.Length);
        List<FormatEntry> block = [];
        foreach (FormatEntry? entry in FormatScanner.Scan(text))
        {
            if (entry is not null)
            {
                block.Add(entry);
                continue;
            }

            Write(block, output);
            block.Clear();
            // Of several empty lines one stays, none at the begin.
            if (output.Length > 0 && !output.EndsWith("\n\n")) output.Append('\n');
        }

        Write(block, output);
        string formatted = output.ToString().TrimEnd('\n');
        return formatted.Length == 0 ? "" : formatted + "\n";
    }

    private static bool EndsWith(this StringBuilder text, string end) => text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;

    private static void Write(List<FormatEntry> block, StringBuilder output)
    {
        FormatRecord?[] records = [.. block.Select(FormatRecord.Of)];
        FormatRecord[] known = [.. records.OfType<FormatRecord>()];
        int owner = Widest(known.Select(record => record.Owner.Length).Where(length => length <= WidestOwner));
        int head = Widest(known.Select(record => record.Head.Length)), type = Widest(known.Select(record => record.Type.Length));
        List<(string Line, string Comment)> lines = [];
        for (int i = 0; i < block.Count; i++)
        {
            FormatEntry entry = block[i];
            if (records[i] is { } record)
            {
                string start = record.Owner.PadRight(owner) + Gap + (head > 0 ? record.Head.PadRight(head) + " " : "") + record.Type.PadRight(type) + Gap;
                lines.Add(((start + string.Join(' ', record.Data)).TrimEnd(), entry.Rows[0].Comment));
                string indent = new(' ', owner + Gap.Length + (head > 0 ? head + 1 : 0) + type + Gap.Length);
                lines.AddRange(entry.Rows.Skip(1).Select(row => (row.Words.Count > 0 ? indent + string.Join(' ', row.Words) : "", row.Comment)));
            }
            else
            {
                lines.AddRange(entry.Rows.Select((row, at) => ((at > 0 || (entry.StartsWithBlank && row.Words.Count > 0) ? Gap : "") + string.Join(' ', row.Words), row.Comment)));
            }
        }

        int comments = Widest(lines.Where(line => line.Comment.Length > 0 && line.Line.Trim().Length > 0 && line.Line.Length <= WidestLine).Select(line => line.Line.Length));
        foreach ((string line, string comment) in lines)
        {
            if (comment.Length == 0) output.Append(line.TrimEnd());
            else if (line.Trim().Length == 0) output.Append(comment);
            else output.Append(line.PadRight(comments)).Append(Gap).Append(comment);
            output.Append('\n');
        }
    }

    private static int Widest(IEnumerable<int> widths) => widths.DefaultIfEmpty(0).Max();
}
