namespace GslbServer;

/// <summary>What somebody gave cannot be used: a file, a flag, a line of one. One line per problem, for people, with its place where it has one.</summary>
internal class InputException(params IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
