namespace GslbServer;

/// <summary>What a command says to a script by its end.</summary>
internal sealed record ExitCode(int Code, string Meaning)
{
    public static readonly IReadOnlyList<ExitCode> Ordinary = [new(0, "done"), new(1, "an error, said on standard error: a bad line, a file that cannot be used, a node that cannot be reached or refuses")];

    /// <summary>What it is asked about is as it should be, or is not.</summary>
    public static IReadOnlyList<ExitCode> Verdict(string good, string bad) => [new(0, good), new(1, bad + ", or an error, said on standard error")];
}
