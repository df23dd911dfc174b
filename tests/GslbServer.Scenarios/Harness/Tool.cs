namespace GslbServer.Scenarios.Harness;

/// <summary>A program that runs once and ends, such as <c>dig</c> or <c>gslb check</c>.</summary>
public static class Tool
{
    /// <summary>Runs it to its end.</summary>
    /// <exception cref="TimeoutException">It does not end; it has been killed then.</exception>
    public static async Task<ToolResult> RunAsync(string file, params string[] arguments)
    {
        await using RunningProgram program = RunningProgram.Start(file, arguments);
        return new(await program.WaitForExitAsync(), program.Output.Lines);
    }

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<ToolResult> RunAsync(BuiltProgram built, params string[] arguments)
    {
        await using RunningProgram program = RunningProgram.Start(built, arguments);
        return new(await program.WaitForExitAsync(), program.Output.Lines);
    }
}

/// <param name="Lines">Standard output and standard error.</param>
public sealed record ToolResult(int ExitCode, string[] Lines)
{
    public string Text => string.Join('\n', Lines);
}
