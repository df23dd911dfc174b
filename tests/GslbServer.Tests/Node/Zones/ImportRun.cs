using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Zones;

/// <summary>Imports what a test writes down, and looks at the zone that comes out line by line, with single blanks.</summary>
internal sealed class ImportRun(string system) : IDisposable
{
    private readonly CommandRun _run = new();

    public string[] Errors => _run.Errors;

    public string Out => _run.Out;

    public string[] Lines => [.. _run.Out.Split('\n').Select(Words)];

    public void Dispose() => _run.Dispose();

    public string Write(string name, string content) => _run.WriteFile(name, content);

    /// <returns>Exit code.</returns>
    public Task<int> ImportAsync(string path, params string[] more) => _run.RunAsync(["zone", "import", "--from", system, path, .. more]);

    /// <summary>All of the record of a type at a name: lines that parentheses join are one.</summary>
    public string Record(string owner, string type)
    {
        string text = string.Join(' ', Lines.Select(line => line.Contains(';', StringComparison.Ordinal) ? line[..line.IndexOf(';', StringComparison.Ordinal)] : line + "\n"));
        string[] records = [.. System.Text.RegularExpressions.Regex.Replace(text, @"\(([^)]*)\)", match => match.Groups[1].Value.ReplaceLineEndings(" ")).Split('\n').Select(Words)];
        return Assert.Single(records, record => record.StartsWith(owner + " ", StringComparison.Ordinal) && record.Contains($" {type} ", StringComparison.Ordinal));
    }

    /// <summary>What came out, as a file for other commands.</summary>
    public async Task<string> CheckedAsync(string zone)
    {
        string file = _run.WriteFile($"out/{zone}.zone", _run.Out);
        Assert.Equal(0, await _run.RunAsync("check", file));
        return file;
    }

    private static string Words(string line) => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
