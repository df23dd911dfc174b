using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GslbServer;

/// <summary>The help of System.CommandLine, then the examples of the command.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    /// <summary>As in the action it wraps: asking for help is no error, whatever else stands on the line.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command as CliCommand;
        Write(output, "Notes", command?.Notes ?? []);
        if (command is { Subcommands.Count: 0 })
        {
            Write(output, "Exit codes", [.. command.ExitCodes.Select(exit => $"{exit.Code}  {exit.Meaning}")]);
        }

        Write(output, "Examples", command?.Examples ?? rootExamples);
        return 0;
    }

    private static void Write(TextWriter output, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        output.WriteLine(title + ":");
        foreach (string line in lines)
        {
            output.WriteLine("  " + line);
        }

        output.WriteLine();
    }
}
