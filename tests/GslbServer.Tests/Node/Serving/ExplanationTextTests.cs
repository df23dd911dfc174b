using System.Text;
using GslbServer.Steering;

namespace GslbServer.Tests.Serving;

public sealed class ExplanationTextTests
{
    private static readonly Explanation Example = new("www.example.org.", "A", new ExplainedClient("198.51.100.0", 24, "ecs"),
        new ExplainedLocation("IE", "EU", 53.35, -6.26, 64497),
        [
            new ExplainedStep("fences", ["us-east", "eu-west"], []),
            new ExplainedStep("health", ["us-east"], [new ExplainedDrop("eu-west", "web: connection refused")]),
            new ExplainedStep("order", ["us-east"], [], "by distance"),
        ],
        new ExplainedAnswer(["192.0.2.10"], 7, "a verdict changed 3 s ago", 24));

    [Fact]
    public void Says_who_asked_what_was_dropped_and_why() => Assert.Equal(
    [
        "asked: www.example.org. A",
        "client: 198.51.100.0/24 (client subnet)",
        "location: IE, EU, 53.35 -6.26, AS64497",
        "fences: us-east eu-west",
        "health: us-east; without eu-west (web: connection refused)",
        "order: us-east; by distance",
        "answer: 192.0.2.10",
        "ttl: 7 s: a verdict changed 3 s ago",
        "scope: /24",
    ], ExplanationText.Lines(Example));

    [Fact]
    public void An_unknown_place_and_an_empty_answer_are_said_in_words()
    {
        Explanation unknown = Example with
        {
            Location = new ExplainedLocation(null, null, null, null, null),
            Steps = [new ExplainedStep("health", [], [])],
            Answer = new ExplainedAnswer([], 30, "stable", 0),
        };
        string[] lines = [.. ExplanationText.Lines(unknown)];
        Assert.Contains("location: not known", lines);
        Assert.Contains("health: nothing left", lines);
        Assert.Contains("answer: none", lines);
    }

    [Theory]
    [InlineData("a region with a long reason ")]
    [InlineData("Wörter aus mehr Oktetten als Buchstaben ")]
    [InlineData("onewordwithoutanyblank")]
    public void Long_lines_are_folded_into_character_strings(string word)
    {
        string why = string.Concat(Enumerable.Repeat(word, 60));
        Explanation longOne = Example with { Steps = [new ExplainedStep("health", ["us-east"], [new ExplainedDrop("eu-west", why)])] };
        string[] lines = [.. ExplanationText.Lines(longOne)];
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 255));
        string text = string.Concat(lines.Select(l => l.StartsWith("  ", StringComparison.Ordinal) ? l[2..] : l)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains(why.Replace(" ", "", StringComparison.Ordinal), text);
    }
}
