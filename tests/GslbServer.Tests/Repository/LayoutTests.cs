namespace GslbServer.Tests.Repository;

public sealed class LayoutTests
{
    [Fact]
    public void The_top_level_holds_what_a_newcomer_needs_and_nothing_else()
    {
        string[] expected =
        [
            ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", "BannedSymbols.txt", "Directory.Build.props", "Directory.Packages.props", "GslbServer.sln", "LICENSE",
            "README.md", "SECURITY.md", "deploy", "docs", "docker-compose.yml", "geodata", "global.json", "src", "test.sh", "tests", "zones",
        ];
        // What tools and runs leave behind is not part of the project (.gitignore), nor is git's own folder or file.
        string[] ignored = [".git", ".gslb", ".vs", "TestResults"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(RepositoryFiles.Root).Select(e => Path.GetFileName(e)).Except(ignored).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Files_speak_of_one_subject()
    {
        const int limit = 400;
        Assert.All(RepositoryFiles.Sources("src").Concat(RepositoryFiles.LoadTools()), f => Assert.True(File.ReadLines(f).Count() <= limit, $"{f} is longer than {limit} lines: two subjects?"));
    }

    [Fact]
    public void Every_room_has_a_README() =>
        Assert.All(Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src")).Append(Path.Combine(RepositoryFiles.Root, "tests", "load")), d => Assert.True(File.Exists(Path.Combine(d, "README.md")), $"{d} has no README.md"));

    [Fact]
    public void Every_result_of_the_load_tests_comes_from_a_section_that_is_there()
    {
        string[] sections = [.. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "tests/load/sections")).Select(f => Path.GetFileNameWithoutExtension(f))];
        string[] results = [.. RepositoryFiles.Read("tests/load/RESULTS.md").Split('\n').Where(l => l.StartsWith("<!-- section ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2])];
        Assert.NotEmpty(results);
        Assert.Empty(results.Except(sections));
    }
}
