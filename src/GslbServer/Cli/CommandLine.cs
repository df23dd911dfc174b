using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The tree of commands, and what all of them share: help with examples, every error of the line at once, exit code 1 for a bad line.</summary>
internal static class CommandLine
{
    private static readonly string[] RootExamples =
    [
        "gslb                                                    the sample, with its endpoints",
        "gslb serve --zones zones --listen 192.0.2.53:53",
        "gslb check zones",
        "gslb explain www.gslb.example --client 198.51.100.0/24",
        "gslb drain eu-west --for 45m --reason \"kernel update\"",
    ];

    public static RootCommand Build(CliHost host)
    {
        var demo = new DemoCommand(host);
        var root = new RootCommand("GslbServer: a DNS server that answers by where the client is and by what is up. Without a command it is `gslb demo`.")
        {
            demo,
            new ServeCommand(host),
            new CheckCommand(host),
            new ExplainCommand(host),
            new StatusCommand(host),
            new DrainCommand(host),
            new UndrainCommand(host),
            new JudgeCommand(host, "down"),
            new JudgeCommand(host, "up"),
            new TopCommand(host),
            new AuditCommand(host),
            new DrillCommand(host),
            new NodeCommand(host),
            new AnycastCommand(host),
            new AdminCommand(host),
            new LatencyCommand(host),
            new SimulateCommand(host),
            new DiffCommand(host),
            new ZoneCommand(host),
            new GeoCommand(host),
            new KeysCommand(host),
            new DoctorCommand(host),
            new WebhookCommand(host),
            new CompletionCommand(host),
            new DocsCommand(host, () => Build(host), RootExamples),
        };
        RefuseEmpty(root);
        root.SetAction((_, cancel) => demo.RunAsync(null, cancel));
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Action = new PrintVersion(host);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Clear();
        help.Aliases.Add("-h");
        if (help.Action is HelpAction plain)
        {
            help.Action = new HelpWithExamples(plain, RootExamples);
        }

        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host)
    {
        host = host.Harmless();
        // `@name` is a target, never a file with more of the line.
        ParseResult line = Build(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool isHelpForNothing = line.CommandResult.Command is RootCommand && line.UnmatchedTokens.Count > 0 && line.Action is HelpWithExamples;
        bool isAskedForHelp = line.Action is HelpWithExamples or PrintVersion;
        if (line.Action is ParseErrorAction || isHelpForNothing || (!isAskedForHelp && Mistaken(line).Any()))
        {
            return Refuse(line, host);
        }

        var invocation = new InvocationConfiguration
        {
            Output = host.Out,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,    // serve stops by itself, within its own limit
        };
        try
        {
            return await line.InvokeAsync(invocation);
        }
        catch (InputException e)
        {
            foreach (string problem in e.Problems)
            {
                await host.Error.WriteLineAsync($"gslb: {problem}");
            }

            if (e is CliException { HelpOf: { } command })
            {
                await host.Error.WriteLineAsync(Help(command));
            }

            return 1;
        }
    }

    private static int Refuse(ParseResult line, CliHost host)
    {
        Command command = line.CommandResult.Command;
        // Help, asked for with an unknown command, clears the line's own errors.
        IEnumerable<string> errors = line.Errors.Count > 0 || Mistaken(line).Any() ? Mistaken(line).Select(t => $"Unrecognized command or argument '{t}'").Concat(line.Errors.Select(Words))
            : line.UnmatchedTokens.Select(t => $"Unrecognized command or argument '{t}'");
        if (command is CliCommand ours)
        {
            errors = errors.Concat(ours.ValueErrors(line));
        }

        foreach (string error in errors.Distinct(StringComparer.Ordinal))
        {
            host.Error.WriteLine($"gslb: {error}");
        }

        foreach (string suggestion in Suggestions(line))
        {
            host.Error.WriteLine(suggestion);
        }

        host.Error.WriteLine(Help(PathOf(line)));
        return 1;
    }

    /// <summary>Options that nobody knows, and that an argument took for its own. Behind <c>--</c> anything may stand.</summary>
    private static IEnumerable<string> Mistaken(ParseResult line) => line.Tokens.Any(token => token.Type == TokenType.DoubleDash) ? []
        : line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(value => value.Length > 1 && value[0] == '-');

    private static string Help(string command) => $"See '{command} --help'.";

    /// <summary>The library names types of .NET, which tell an operator nothing.</summary>
    private static string Words(ParseError error) => error is { SymbolResult: OptionResult { Option: var option, Tokens: [var token, ..] } } && error.Message.Contains("System.", StringComparison.Ordinal)
        ? $"{option.Name} {token.Value}: expected {Expected(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType, token.Value)}" : error.Message.TrimEnd('.');

    private static string Expected(Type type, string given) => type == typeof(int) || type == typeof(long)
        ? given.TrimStart('-').All(char.IsAsciiDigit) ? $"a whole number up to {type.GetField(nameof(int.MaxValue))!.GetValue(null)}" : "a whole number" : type == typeof(bool) ? "true or false" : "a number";

    /// <summary>An argument that is there and says nothing, as of a variable that was not set, names nothing.</summary>
    private static void RefuseEmpty(Command command)
    {
        foreach (Argument argument in command.Arguments)
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                {
                    result.AddError($"{argument.Name} is empty");
                }
            });
        }

        foreach (Command below in command.Subcommands)
        {
            RefuseEmpty(below);
        }
    }

    private static IEnumerable<string> Suggestions(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        string[] known = [.. command.Options.Concat(line.RootCommandResult.Command.Options.Where(o => o.Recursive)).Select(o => o.Name),
            .. command.Subcommands.Select(c => c.Name)];
        foreach (string token in line.UnmatchedTokens.Concat(Mistaken(line)))
        {
            if (Suggestion.Nearest(token, known) is { } near)
            {
                yield return near == token ? $"'{token}' stands behind its command." : $"Did you mean '{near}' for '{token}'?";
            }
        }
    }

    private sealed class PrintVersion(CliHost host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            host.Out.WriteLine($"gslb {BuildInfo.Version}");
            return 0;
        }
    }

    /// <summary><c>gslb geo build</c>, as typed.</summary>
    private static string PathOf(ParseResult line)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = line.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: not RootCommand } result)
            {
                names.Push(result.Command.Name);
            }
        }

        names.Push("gslb");
        return string.Join(' ', names);
    }
}
