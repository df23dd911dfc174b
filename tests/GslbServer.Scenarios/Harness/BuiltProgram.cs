namespace GslbServer.Scenarios.Harness;

/// <summary>A program of this solution, as built in the configuration that the tests were built in.</summary>
/// <param name="Name">Assembly name.</param>
/// <param name="Path">Path of its assembly.</param>
public sealed record BuiltProgram(string Name, string Path)
{
    public static readonly BuiltProgram Gslb = Find("GslbServer", "gslb");
    public static readonly BuiltProgram Balancer = Find("GslbServer.Balancer", "gslb-balancer");

    /// <summary>The <c>dotnet</c> that runs the tests.</summary>
    public static string DotnetHost { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>The folder with GslbServer.sln.</summary>
    public static string RepositoryRoot => Root(AppContext.BaseDirectory);

    private static BuiltProgram Find(string project, string assembly)
    {
        // .../tests/GslbServer.Scenarios/bin/<configuration>/<framework>/
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        string configuration = framework.Parent?.Name ?? throw new InvalidOperationException($"{framework} is no build output");
        return new(assembly, System.IO.Path.Combine(Root(framework.FullName), "src", project, "bin", configuration, framework.Name, assembly + ".dll"));
    }

    private static string Root(string below)
    {
        DirectoryInfo? folder = new(below);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "GslbServer.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{below} is not below GslbServer.sln");
    }
}
