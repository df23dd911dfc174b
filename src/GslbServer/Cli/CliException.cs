namespace GslbServer;

/// <summary>A command cannot do what it was asked. One line per problem, for people; exit code 1.</summary>
internal sealed class CliException(params IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;

    /// <summary>The command whose help tells more, as typed; null where help would not.</summary>
    public string? HelpOf { get; init; }
}
