using System.Text.RegularExpressions;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Tests.Repository;

public sealed partial class DocumentationTests
{
    public static TheoryData<string, string[]> KeysOfTheZoneLanguage => new()
    {
        { "REGION", Keys.Region },
        { "CHECK", Keys.Check },
        { "STEER", Keys.Steer },
    };

    [Theory]
    [MemberData(nameof(KeysOfTheZoneLanguage))]
    public void Every_key_of_the_zone_language_is_explained(string record, string[] keys)
    {
        string section = RepositoryFiles.Read("zones/README.md").Split("\n## ").Single(s => s.StartsWith(record + "\n", StringComparison.Ordinal));
        string[] explained = [.. section.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => Code().Matches(l.Split('|')[1])).Select(m => m.Groups[1].Value)];
        Assert.Empty(keys.Except(explained));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("zones/README.md")]
    public void The_zone_printed_in_a_README_is_read_without_errors(string path)
    {
        string zone = RepositoryFiles.Read(path).Split("```zone\n").Single(block => block.StartsWith("$ORIGIN", StringComparison.Ordinal)).Split("```")[0];
        Assert.True(DomainName.TryParse("gslb.example.", DomainName.Root, out DomainName? origin, out _));
        ZoneFile file = ZoneFileReader.Read(path, zone, origin, (_, _) => null);
        IEnumerable<ZoneDiagnostic> steering = TopologyLoader.Load([file], out Topology? topology);

        Assert.DoesNotContain(file.Diagnostics.Concat(steering), d => d.Severity == DiagnosticSeverity.Error);
        Assert.NotEmpty(topology!.Names);
    }

    /// <summary>Those that no test can run, for they need other machines, are at least ones that the program takes.</summary>
    [Fact]
    public void Every_command_line_in_a_document_is_one_that_gslb_takes()
    {
        using var run = new Cli.CommandRun();
        foreach (string document in RepositoryFiles.Documents())
        {
            string text = File.ReadAllText(document).Replace("\\\n", " ", StringComparison.Ordinal);
            Assert.All(CommandOf().Matches(text).Select(m => m.Groups[1].Value), line =>
            {
                string[] words = [.. Word().Matches(line).Select(m => m.Value.Replace("\"", "", StringComparison.Ordinal))];
                string problems = string.Join("; ", CommandLine.Build(run.Host).Parse(words, new System.CommandLine.ParserConfiguration { ResponseFileTokenReplacer = null }).Errors);
                Assert.True(problems.Length == 0, $"{document}: gslb {line}: {problems}");
            });
        }
    }

    [Fact]
    public void Every_link_between_files_leads_somewhere()
    {
        foreach (string document in RepositoryFiles.Documents())
        {
            Assert.All(Link().Matches(File.ReadAllText(document)).Select(m => m.Groups[1].Value), link =>
                Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link)), $"{document}: {link} does not exist"));
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    /// <summary>A command line behind a prompt, up to a comment, a pipe, a redirection or another command.</summary>
    [GeneratedRegex(@"^\$ gslb ((?:""[^""]*""|[^""#|><;&\n])*)", RegexOptions.Multiline)]
    private static partial Regex CommandOf();

    [GeneratedRegex(@"(?:""[^""]*""|\S)+")]
    private static partial Regex Word();

    /// <summary>The target of a Markdown link that is no URL.</summary>
    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
