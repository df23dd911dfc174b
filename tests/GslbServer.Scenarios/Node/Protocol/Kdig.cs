using System.Globalization;
using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Asks with Knot's real <c>kdig</c>, over TLS and HTTPS too.</summary>
public static partial class Kdig
{
    /// <param name="question">As typed: <c>www.example.org A +tls</c>.</param>
    public static async Task<KdigReply> AskAsync(int port, string question)
    {
        ToolResult result = await Tool.RunAsync("kdig", ["@127.0.0.1", "-p", $"{port}", "+retry=1", "+time=5", "+norec", .. question.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        string text = result.Text;
        return new KdigReply(Status().Match(text).Groups[1].Value, [.. result.Lines.Where(line => line.Length > 0 && line[0] != ';').Select(line => Blanks().Replace(line, " "))],
            Size().Match(text) is { Success: true } size ? int.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture) : 0, text);
    }

    [GeneratedRegex(@"status: (\w+); id")]
    private static partial Regex Status();

    [GeneratedRegex(@"Received (\d+) B")]
    private static partial Regex Size();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

/// <param name="Records">With single blanks: <c>www.example.org. 30 IN A 192.0.2.1</c>.</param>
/// <param name="Size">Octets of the reply.</param>
public sealed record KdigReply(string Status, IReadOnlyList<string> Records, int Size, string Text)
{
    public override string ToString() => Text;
}
