namespace GslbServer.Tests.Repository;

/// <summary>The checkout that the tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Sources of product and tests.</summary>
    public static IEnumerable<string> Sources(string below) => Files(below, "*.cs");

    public static IEnumerable<string> Documents() => Files("", "*.md");

    /// <summary>The programs of the load tests, which are C and Python.</summary>
    public static IEnumerable<string> LoadTools() => new[] { "*.c", "*.h", "*.py", "*.sh" }.SelectMany(pattern => Files("tests/load", pattern));

    /// <summary>What builds and runs leave behind is left out.</summary>
    private static IEnumerable<string> Files(string below, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, below), pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin", "out", "node_modules"]).Any());

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GslbServer.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below GslbServer.sln");
    }
}
