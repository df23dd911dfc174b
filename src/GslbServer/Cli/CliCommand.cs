using System.CommandLine;

namespace GslbServer;

/// <summary>A command that shows how it is used: its help ends with what one should know, and examples.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>What does not fit into the one line of the list of commands.</summary>
    public IReadOnlyList<string> Notes { get; protected init; } = [];

    public IReadOnlyList<string> Examples { get; }

    /// <summary>What each exit code says. Not shown for a command that only holds others.</summary>
    public IReadOnlyList<ExitCode> ExitCodes { get; protected init; } = ExitCode.Ordinary;

    /// <summary>What is wrong with the values of the line beyond its syntax. Asked only when the line cannot run, so that all errors show at once.</summary>
    public virtual IEnumerable<string> ValueErrors(ParseResult line) => [];
}
