using System.Text;

namespace GslbServer;

/// <summary>The commands as one page of Markdown, <c>docs/commands.md</c>.</summary>
internal static class MarkdownPages
{
    public const string File = "commands.md";

    private const string Head = """
        # Commands

        Made from the commands themselves by `gslb docs markdown docs`; do not edit it by hand. What is here is what `gslb COMMAND --help` says. `gslb docs man DIR` makes man pages of the same.

        * **Exit codes**: 0 done, 1 an error; commands that judge have more, named with each. Errors stand on standard error, one line each, beginning with `gslb:`.
        * **Output**: tables for people; `--json` for scripts, camelCase, times in UTC, durations in seconds. Fields are added and not taken away or renamed.
        * **Colour**: on a terminal alone; not with `NO_COLOR` or `TERM=dumb`. What takes longer than a second says so on standard error, on a terminal alone.
        * **Which node**: `--server URL`, else `GSLB_SERVER`, else the `admin` option of this folder's `gslb.json` or environment, else `http://127.0.0.1:8053`.
        * **Completion**: `source <(gslb completion bash)`, and for zsh and fish: it offers the node's own regions, names, zones and overrides too.

        """;

    public static string Of(IReadOnlyList<CommandPage> pages)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        text.Append('\n');
        foreach (CommandPage page in pages.Skip(1))
        {
            text.Append($"* [`{page.Path}`](#{page.Path.Replace(' ', '-')}): {Escaped(page.Description)}\n");
        }

        foreach (CommandPage page in pages)
        {
            Write(page, text);
        }

        return text.ToString();
    }

    private static void Write(CommandPage page, StringBuilder text)
    {
        text.Append($"\n## {page.Path}\n\n{Escaped(page.Description)}\n\n```text\n{page.Usage}\n```\n");
        if (page.Arguments.Count + page.Options.Count > 0)
        {
            text.Append('\n');
        }

        foreach (CommandWord word in page.Arguments.Concat(page.Options))
        {
            text.Append($"* `{word.Form}`: {Escaped(word.Text)}\n");
        }

        if (page.Notes.Count > 0)
        {
            text.Append($"\n{string.Join('\n', page.Notes.Select(Escaped))}\n");
        }

        if (page.ExitCodes.Count > 0)
        {
            text.Append($"\nExit codes: {string.Join("; ", page.ExitCodes.Select(exit => $"{exit.Code} {Escaped(exit.Meaning)}"))}.\n");
        }

        if (page.Examples.Count > 0)
        {
            text.Append($"\n```text\n{string.Join('\n', page.Examples)}\n```\n");
        }
    }

    /// <summary>What Markdown would take for its own, outside of code.</summary>
    private static string Escaped(string text) => string.Concat(text.Split('`').Select((part, i) => i % 2 == 1 ? $"`{part}`"
        : part.Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)));
}
