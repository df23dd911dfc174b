using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;

namespace GslbServer;

/// <summary>What there is to say of one command, out of the tree of commands itself.</summary>
/// <param name="Path">As typed: <c>gslb keys create</c>.</param>
/// <param name="Below">Paths of its subcommands, with their descriptions.</param>
internal sealed record CommandPage(string Path, string Description, string Usage, IReadOnlyList<CommandWord> Arguments, IReadOnlyList<CommandWord> Options, IReadOnlyList<string> Notes,
    IReadOnlyList<ExitCode> ExitCodes, IReadOnlyList<string> Examples, IReadOnlyList<CommandWord> Below)
{
    /// <summary>Every command that help shows, each before those below it.</summary>
    public static IEnumerable<CommandPage> All(RootCommand root, IReadOnlyList<string> rootExamples) => From(root, "gslb", rootExamples);

    private static IEnumerable<CommandPage> From(Command command, string path, IReadOnlyList<string> examples)
    {
        Command[] below = [.. command.Subcommands.Where(one => !one.Hidden)];
        var ours = command as CliCommand;
        Option[] options = [.. command.Options.Where(option => !option.Hidden && option is not HelpOption)];
        Argument[] arguments = [.. command.Arguments.Where(argument => !argument.Hidden)];
        string usage = string.Join(' ', [path, .. arguments.Select(Placeholder), .. options.Where(option => option.Required).Select(option => $"{option.Name} {option.HelpName}"),
            .. below.Length > 0 ? (string[])["COMMAND"] : [], .. options.Any(option => !option.Required) ? (string[])["[OPTIONS]"] : []]);
        yield return new CommandPage(path, command.Description ?? "", usage, [.. arguments.Select(argument => new CommandWord(argument.Name, argument.Description ?? ""))],
            [.. options.Select(option => new CommandWord(Form(option), Text(option)))], ours?.Notes ?? [], below.Length == 0 && ours is not null ? ours.ExitCodes : [], ours?.Examples ?? examples,
            [.. below.Select(one => new CommandWord($"{path} {one.Name}", one.Description ?? ""))]);
        foreach (CommandPage page in below.SelectMany(one => From(one, $"{path} {one.Name}", [])))
        {
            yield return page;
        }
    }

    private static string Placeholder(Argument argument)
    {
        string word = argument.Arity.MaximumNumberOfValues > 1 ? argument.Name + "..." : argument.Name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{word}]" : word;
    }

    /// <summary><c>-o, --output FILE</c></summary>
    private static string Form(Option option) => string.Join(", ", option.Aliases.Append(option.Name).Distinct(StringComparer.Ordinal).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal))
        + (option.HelpName is { Length: > 0 } value ? " " + value : "");

    private static string Text(Option option)
    {
        string text = option.Description ?? "";
        string standard = option.HasDefaultValue && option.GetDefaultValue() is { } value and not (bool or System.Collections.ICollection) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";
        return option.Required ? text + " (required)" : standard.Length > 0 ? $"{text} [default: {standard}]" : text;
    }
}

/// <param name="Form">As typed.</param>
/// <param name="Text">What it means.</param>
internal sealed record CommandWord(string Form, string Text);
