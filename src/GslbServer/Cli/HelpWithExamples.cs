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
        IReadOnlyList<string> examples = parseResult.CommandResult.Command is CliCommand command ? command.Examples : rootExamples;
        if (examples.Count > 0)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine("  " + example);
            }

            output.WriteLine();
        }

        return 0;
    }
}
