using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb docs</c>, which help does not show: documents made from the commands, for packages and for <c>docs/</c>.</summary>
internal sealed class DocsCommand : CliCommand
{
    public DocsCommand(CliHost host, Func<RootCommand> root, IReadOnlyList<string> rootExamples)
        : base("docs", "Make documents of all commands", "gslb docs man /usr/local/share/man/man1", "gslb docs markdown docs")
    {
        Hidden = true;
        Subcommands.Add(new DocsFormCommand(host, "man", "Write a man page for each command", () => [.. Pages().Select(page => (ManPages.FileOf(page), ManPages.Of(page)))]));
        Subcommands.Add(new DocsFormCommand(host, "markdown", $"Write {MarkdownPages.File}, all commands on one page", () => [(MarkdownPages.File, MarkdownPages.Of(Pages()))]));

        IReadOnlyList<CommandPage> Pages() => [.. CommandPage.All(root(), rootExamples)];
    }
}

/// <summary>One form of the documents, into a folder.</summary>
internal sealed class DocsFormCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Func<IReadOnlyList<(string File, string Text)>> _make;
    private readonly Argument<string> _folder = new("DIR") { Description = "Where to; made where it is not there" };

    public DocsFormCommand(CliHost host, string name, string description, Func<IReadOnlyList<(string File, string Text)>> make)
        : base(name, description, $"gslb docs {name} DIR")
    {
        (_host, _make) = (host, make);
        Arguments.Add(_folder);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        string folder = Path.GetFullPath(line.GetRequiredValue(_folder), _host.WorkingDirectory);
        try
        {
            Directory.CreateDirectory(folder);
            IReadOnlyList<(string File, string Text)> made = _make();
            foreach ((string file, string text) in made)
            {
                File.WriteAllText(Path.Combine(folder, file), text);
            }

            _host.Out.WriteLine($"{folder}: {made.Count} file{(made.Count == 1 ? "" : "s")}");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message);
        }
    }
}
