namespace GslbServer;

/// <summary>A command cannot do what it was asked. Exit code 1.</summary>
internal sealed class CliException(params IReadOnlyList<string> problems) : InputException(problems)
{
    /// <summary>The command whose help tells more, as typed; null where help would not.</summary>
    public string? HelpOf { get; init; }
}
