using System.Diagnostics;

namespace GslbServer.Tests.Repository;

public sealed class DashboardBundleTests
{
    private static readonly string Room = Path.Combine(RepositoryFiles.Root, "src", "GslbServer.Dashboard");

    [BundlerFact]
    public void The_committed_bundle_is_what_the_sources_build()
    {
        DirectoryInfo built = Directory.CreateTempSubdirectory("gslb-dashboard-");
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", ["build.mjs", built.FullName]) { WorkingDirectory = Room, RedirectStandardError = true })!;
            string errors = node.StandardError.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, errors);
            string[] committed = [.. Directory.EnumerateFiles(Path.Combine(Room, "wwwroot")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
            Assert.Equal(built.EnumerateFiles().Select(f => f.Name).Order(StringComparer.Ordinal), committed);
            Assert.All(committed, name => Assert.True(File.ReadAllText(Path.Combine(built.FullName, name)) == File.ReadAllText(Path.Combine(Room, "wwwroot", name)),
                $"wwwroot/{name} is not what src/ builds: npm run build"));
        }
        finally
        {
            built.Delete(recursive: true);
        }
    }

    /// <summary>Only where somebody works on the dashboard: its packages are not needed to build or test anything else.</summary>
    private sealed class BundlerFactAttribute : FactAttribute
    {
        public BundlerFactAttribute() => Skip = Directory.Exists(Path.Combine(Room, "node_modules", "esbuild")) ? null : "src/GslbServer.Dashboard/node_modules is not there (npm install)";
    }
}
