using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <summary>A real redis-server on a machine of its own; its snapshots are written when asked for.</summary>
public sealed class FaultRedis : IAsyncDisposable
{
    private const string Port = "6379";

    private readonly string _folder;

    private FaultRedis(PathHost host, string folder, Restartable process) => (Host, _folder, Process) = (host, folder, process);

    public PathHost Host { get; }

    public Restartable Process { get; }

    /// <summary>For <c>--redis</c>. The password is asked for only once one is set.</summary>
    public string Configuration => $"{Host.Address}:{Port}";

    public string Snapshot => Path.Combine(_folder, "dump.rdb");

    public static async Task<FaultRedis> StartAsync(PathHost host, TemporaryFolder folder)
    {
        string own = folder.File($"redis-{host.Address}");
        Directory.CreateDirectory(own);
        return new FaultRedis(host, own, await Restartable.StartAsync(() => host.Start("redis-server", "--port", Port, "--bind", $"{host.Address}", "127.0.0.1", "--protected-mode", "no", "--dir", own,
            "--save", "", "--appendonly", "no"), "Ready to accept connections"));
    }

    public async Task CommandAsync(params string[] words)
    {
        ToolResult result = await Host.RunAsync("redis-cli", words);
        Assert.True(result.ExitCode == 0 && !result.Text.Contains("ERR", StringComparison.Ordinal), $"{string.Join(' ', words)}: {result.Text}");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
