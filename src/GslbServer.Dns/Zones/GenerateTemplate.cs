using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace GslbServer.Dns;

/// <summary>A <c>$GENERATE start-stop[/step] lhs [ttl] [class] type rhs</c> line, as BIND has it: <c>$</c> in lhs and rhs is the number,
/// <c>${offset,width,base}</c> the number changed and printed in base d, o, x, X, or as nibble labels n, N; <c>$$</c> and <c>\$</c> are a dollar.</summary>
internal sealed class GenerateTemplate
{
    private const int MaxWidth = 255;

    private readonly string _owner;
    private readonly string _rest;

    private GenerateTemplate(long start, long stop, long step, string owner, string rest)
        => (Start, Stop, Step, _owner, _rest) = (start, stop, step, owner, rest);

    public long Start { get; }

    public long Stop { get; }

    public long Step { get; }

    /// <param name="wrong">Index of the token that <paramref name="error"/> is about.</param>
    public static bool TryParse(MasterFileEntry entry, [NotNullWhen(true)] out GenerateTemplate? template, out int wrong,
        [NotNullWhen(false)] out string? error)
    {
        template = null;
        wrong = entry.Count;
        error = "$GENERATE ends early; expected start-stop[/step], an owner, a type and RDATA";
        if (entry.Count < 5)
            return false;
        wrong = 1;
        if (!TryParseRange(entry.TextOf(1), out long start, out long stop, out long step))
        {
            error = $"\"{Excerpt.Of(entry.TextOf(1))}\" is no range; expected start-stop[/step], both up to 2147483647, start first, step at least 1";
            return false;
        }
        if ((stop - start) / step + 1 > DnsLimits.GenerateCount)
        {
            error = $"$GENERATE of {(stop - start) / step + 1} records; at most {DnsLimits.GenerateCount} in one line";
            return false;
        }
        template = new(start, stop, step, entry.TextOf(2).ToString(), RestOf(entry));
        error = null;
        return true;
    }

    /// <returns>False when a <c>${...}</c> cannot be read.</returns>
    public bool TryExpand(long number, [NotNullWhen(true)] out string? line, [NotNullWhen(false)] out string? error)
    {
        var text = new StringBuilder();
        bool isGood = TryExpand(_owner, number, text, out error);
        text.Append(' ');
        line = isGood && TryExpand(_rest, number, text, out error) ? text.ToString() : null;
        return error is null && line is not null;
    }

    /// <summary>TTL, class, type and RDATA. BIND's RDATA is one token, in quotes where it has blanks; several tokens are taken as they are written.</summary>
    private static string RestOf(MasterFileEntry entry)
    {
        int type = 3;
        while (type < entry.Count - 2 && (DnsClassName.TryParse(entry.TextOf(type), out _) || TtlText.TryParse(entry.TextOf(type), out _)))
            type++;
        var rest = new StringBuilder();
        for (int i = 3; i <= type; i++)
            rest.Append(entry.TextOf(i)).Append(' ');
        bool isOneToken = type + 2 == entry.Count;
        for (int i = type + 1; i < entry.Count; i++)
        {
            string quote = entry[i].IsQuoted && !isOneToken ? "\"" : "";
            string blank = i + 1 < entry.Count && entry[i + 1].IsAdjacent ? "" : " ";
            rest.Append(quote).Append(entry.TextOf(i)).Append(quote).Append(blank);
        }
        return rest.ToString();
    }

    private static bool TryParseRange(ReadOnlySpan<char> text, out long start, out long stop, out long step)
    {
        (start, stop, step) = (0, 0, 1);
        int dash = text.IndexOf('-'), slash = text.IndexOf('/');
        if (dash < 0 || slash >= 0 && slash < dash)
            return false;
        ReadOnlySpan<char> last = slash < 0 ? text[(dash + 1)..] : text[(dash + 1)..slash];
        return TryParseNumber(text[..dash], out start) && TryParseNumber(last, out stop) && (slash < 0 || TryParseNumber(text[(slash + 1)..], out step))
            && start <= stop && step >= 1;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out long value)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= int.MaxValue;

    private static bool TryExpand(string template, long number, StringBuilder text, [NotNullWhen(false)] out string? error)
    {
        error = null;
        for (int i = 0; i < template.Length; i++)
        {
            char c = template[i];
            char following = i + 1 < template.Length ? template[i + 1] : '\0';
            if (c == '\\' && following != '\0')
            {
                text.Append(c).Append(following);
                i++;
            }
            else if (c != '$')
            {
                text.Append(c);
            }
            else if (following == '$')
            {
                text.Append('$');
                i++;
            }
            else if (following != '{')
            {
                text.Append(number);
            }
            else
            {
                int end = template.IndexOf('}', i);
                string modifier = end < 0 ? template[i..] : template[i..(end + 1)];
                if (end < 0 || !TryAppendModified(modifier[2..^1], number, text))
                {
                    error = $"\"{Excerpt.Of(modifier)}\" in $GENERATE; expected ${{offset[,width[,base]]}}, width up to {MaxWidth}, base one of d o x X n N";
                    return false;
                }
                i = end;
            }
        }
        return true;
    }

    private static bool TryAppendModified(string modifier, long number, StringBuilder text)
    {
        string[] parts = modifier.Split(',');
        int width = 0;
        if (parts.Length > 3
            || !int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset)
            || parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width > MaxWidth))
            return false;
        long value = number + offset;
        switch (parts.Length > 2 ? parts[2] : "d")
        {
            case "d":
                text.Append((value < 0 ? "-" : "") + Math.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(value < 0 ? width - 1 : width, '0'));
                return true;
            case "o" when value >= 0:
                text.Append(Convert.ToString(value, 8).PadLeft(width, '0'));
                return true;
            case "x" when value >= 0:
                text.Append(value.ToString("x", CultureInfo.InvariantCulture).PadLeft(width, '0'));
                return true;
            case "X" when value >= 0:
                text.Append(value.ToString("X", CultureInfo.InvariantCulture).PadLeft(width, '0'));
                return true;
            case "n" when value >= 0:
                AppendNibbles(text, value, width, "0123456789abcdef");
                return true;
            case "N" when value >= 0:
                AppendNibbles(text, value, width, "0123456789ABCDEF");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Hexadecimal digits from the right with dots between, as <c>ip6.arpa</c> needs them; the width counts the dots too.</summary>
    private static void AppendNibbles(StringBuilder text, long value, int width, string digits)
    {
        do
        {
            text.Append(digits[(int)(value & 15)]);
            value >>= 4;
            width--;
            if (width <= 0 && value == 0)
                continue;
            text.Append('.');
            width--;
        }
        while (value != 0 || width > 0);
    }
}
