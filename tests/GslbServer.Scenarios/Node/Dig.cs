using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Asks with the real <c>dig</c>.</summary>
public static partial class Dig
{
    /// <summary>One question, as typed: <c>Dig.AskAsync(port, "www.example.org A +subnet=192.0.2.0/24")</c>.</summary>
    public static async Task<DigReply> AskAsync(int port, string question, string server = "127.0.0.1")
    {
        ToolResult result = await Tool.RunAsync("dig",
            [$"@{server}", "-p", $"{port}", "+tries=1", "+time=3", "+norecurse", "+nocookie", .. question.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        return Parse(result.Lines);
    }

    /// <summary>Many questions in one run of dig; the replies stand in the order of the questions.</summary>
    public static async Task<IReadOnlyList<DigReply>> AskManyAsync(int port, IEnumerable<string> questions)
    {
        using var folder = new TemporaryFolder();
        string batch = Path.Combine(folder.Path, "questions");
        await File.WriteAllLinesAsync(batch, questions.Select(q => $"@127.0.0.1 -p {port} +tries=2 +time=3 +norecurse +nocookie {q}"));
        ToolResult result = await Tool.RunAsync("dig", "-f", batch);
        return [.. Replies(result.Lines)];
    }

    private static IEnumerable<DigReply> Replies(string[] lines)
    {
        int[] starts = [.. lines.Index().Where(l => l.Item.StartsWith("; <<>> DiG", StringComparison.Ordinal)).Select(l => l.Index)];
        return starts.Select((start, i) => Parse(lines[start..(i + 1 < starts.Length ? starts[i + 1] : lines.Length)]));
    }

    private static DigReply Parse(string[] lines)
    {
        string all = string.Join('\n', lines);
        Dictionary<string, List<string>> sections = new() { ["ANSWER"] = [], ["AUTHORITY"] = [], ["ADDITIONAL"] = [] };
        List<string>? current = null;
        foreach (string line in lines)
        {
            if (SectionStart().Match(line) is { Success: true } start)
            {
                current = sections.GetValueOrDefault(start.Groups[1].Value);
            }
            else if (line.Length == 0)
            {
                current = null;
            }
            else if (!line.StartsWith(';'))
            {
                current?.Add(string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            }
        }

        return new DigReply(Status().Match(all).Groups[1].Value, Flags().Match(all).Groups[1].Value, sections["ANSWER"], sections["AUTHORITY"], sections["ADDITIONAL"],
            Subnet().Match(all) is { Success: true } subnet ? int.Parse(subnet.Groups[1].Value) : null, all);
    }

    [GeneratedRegex(@"^;; (\w+) SECTION:")]
    private static partial Regex SectionStart();

    [GeneratedRegex(@"status: (\w+)")]
    private static partial Regex Status();

    [GeneratedRegex(@";; flags: ([a-z ]*);")]
    private static partial Regex Flags();

    [GeneratedRegex(@"CLIENT-SUBNET: [^/\s]+/\d+/(\d+)")]
    private static partial Regex Subnet();
}

/// <param name="Status">RCODE as dig names it; empty when there was no reply.</param>
/// <param name="Answer">Records with single blanks: <c>www.example.org. 30 IN A 192.0.2.1</c>.</param>
/// <param name="Scope">Scope prefix length of the Client Subnet option; null without one.</param>
public sealed record DigReply(string Status, string Flags, IReadOnlyList<string> Answer, IReadOnlyList<string> Authority, IReadOnlyList<string> Additional, int? Scope,
    string Text)
{
    /// <summary>Last word of each answer record.</summary>
    public IReadOnlyList<string> Data => [.. Answer.Select(a => a.Split(' ', 5)[4])];

    /// <summary>TTL of the first answer record.</summary>
    public int Ttl => int.Parse(Answer[0].Split(' ')[1]);

    public override string ToString() => Text;
}
