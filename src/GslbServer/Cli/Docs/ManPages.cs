using System.Text;

namespace GslbServer;

/// <summary>The commands as man pages, one each, as <c>man(7)</c> writes them: <c>gslb.1</c>, <c>gslb-keys-create.1</c>.</summary>
internal static class ManPages
{
    public static string FileOf(CommandPage page) => page.Path.Replace(' ', '-') + ".1";

    public static string Of(CommandPage page)
    {
        var text = new StringBuilder();
        string name = page.Path.Replace(' ', '-');
        text.Append($".TH {name.ToUpperInvariant().Replace("-", "\\-", StringComparison.Ordinal)} 1 \"\" \"gslb {BuildInfo.Version}\" \"GslbServer\"\n");
        text.Append($".SH NAME\n{Escaped(name)} \\- {Escaped(page.Description)}\n");
        text.Append($".SH SYNOPSIS\n.B {Escaped(page.Usage)}\n");
        Words(text, "COMMANDS", page.Below);
        Words(text, "ARGUMENTS", page.Arguments);
        Words(text, "OPTIONS", page.Options);
        if (page.Notes.Count > 0)
        {
            text.Append($".SH NOTES\n{string.Join('\n', page.Notes.Select(Escaped))}\n");
        }

        Words(text, "EXIT STATUS", [.. page.ExitCodes.Select(exit => new CommandWord(exit.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), exit.Meaning))]);
        if (page.Examples.Count > 0)
        {
            text.Append($".SH EXAMPLES\n.nf\n{string.Join('\n', page.Examples.Select(Escaped))}\n.fi\n");
        }

        string[] also = [.. page.Path.Contains(' ', StringComparison.Ordinal) ? (string[])[page.Path[..page.Path.LastIndexOf(' ')]] : [], .. page.Below.Select(below => below.Form)];
        if (also.Length > 0)
        {
            text.Append(".SH SEE ALSO\n").AppendJoin('\n', also.Select((path, i) => $".BR {Escaped(path.Replace(' ', '-'))} (1){(i < also.Length - 1 ? "," : "")}")).Append('\n');
        }

        return text.ToString();
    }

    private static void Words(StringBuilder text, string title, IReadOnlyList<CommandWord> words)
    {
        if (words.Count == 0)
        {
            return;
        }

        text.Append($".SH {title}\n");
        foreach (CommandWord word in words)
        {
            text.Append($".TP\n.B {Escaped(word.Form)}\n{Escaped(word.Text)}\n");
        }
    }

    /// <summary>A backslash is \e, a hyphen that one types is \-, and a point or quote at the begin of a line is no request.</summary>
    private static string Escaped(string text)
    {
        string safe = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal);
        return safe.Length > 0 && safe[0] is '.' or '\'' ? "\\&" + safe : safe;
    }
}
