using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <summary>A real <c>gslb serve</c> on a machine of its own, with a small disk of its own for its state.</summary>
public sealed class FaultNode : IAsyncDisposable
{
    public const int Port = 5300;

    private const string Admin = "http://127.0.0.1:8053/";

    private readonly HttpClient _http;

    private FaultNode(int number, PathHost host, TemporaryFolder folder, Restartable process)
    {
        (Number, Host, Folder, Process) = (number, host, folder, process);
        _http = host.HttpClient();
        Events = new NodeEvents(number, host, new Uri(Admin + "api/v1/events"));
    }

    /// <summary>From 0.</summary>
    public int Number { get; }

    public string Name => NameOf(Number);

    public PathHost Host { get; }

    public Restartable Process { get; }

    public NodeEvents Events { get; }

    public string State => StateOf(Folder, Number);

    private TemporaryFolder Folder { get; }

    public string Zones => ZonesOf(Folder, Number);

    public static async Task<FaultNode> StartAsync(int number, PathHost host, TemporaryFolder folder, string geo, IEnumerable<string> redis)
    {
        Directory.CreateDirectory(StateOf(folder, number));
        ToolResult mounted = await host.RunAsync("mount", "-t", "tmpfs", "-o", "size=256k", "gslb-state", StateOf(folder, number));
        Assert.True(mounted.ExitCode == 0, mounted.Text);
        string[] stores = [.. redis.SelectMany(store => new[] { "--redis", store })];
        string[] arguments =
        [
            BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "serve", "--listen", $"{host.Address}:{Port}", "--admin", "127.0.0.1:8053", "--zones", ZonesOf(folder, number), "--geo", geo,
            "--state", StateOf(folder, number), "--node", NameOf(number), "--threads", "1", .. stores,
        ];
        return new FaultNode(number, host, folder, await Restartable.StartAsync(() => host.Start("env", [.. Clock(folder, number), .. arguments]), async process =>
        {
            using HttpClient probe = host.HttpClient();
            await Eventually.TrueAsync(async () => process.HasExited || await IsReadyAsync(probe), () => $"{NameOf(number)} is not ready\n{process.Output}");
            Assert.False(process.HasExited, $"{process.Output}");
        }));
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(new Uri(Admin + path)))!;

    public async Task<string> TextAsync(string path) => await _http.GetStringAsync(new Uri(Admin + path));

    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Admin + path));
        if (json is not null) request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A command on this machine, talking to this node.</summary>
    public Task<ToolResult> CommandAsync(params string[] arguments) => Host.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, .. arguments, "--server", Admin]);

    /// <summary>Stops the process and starts it with a wall clock that is wrong by so much, such as <c>+300s</c>; null: right again. The monotonic clock is the machine's.</summary>
    public async Task RestartWithClockAsync(string? offset)
    {
        string file = ClockOf(Folder, Number);
        if (offset is null) File.Delete(file);
        else await File.WriteAllTextAsync(file, offset);
        Process.Process.Send(Signal.Term);
        await Process.Process.WaitForExitAsync();
        await Process.RestartAsync();
    }

    /// <summary>Whether it hears so many vantages, itself among them, and has all its stores.</summary>
    public async Task<bool> IsCalmAsync(int vantages)
    {
        try
        {
            JsonNode status = await GetAsync("api/v1/status");
            return status["vantages"]!.AsArray().Count(v => (double)v!["ageSeconds"]! < 6 && !(bool)v["leaving"]!) == vantages
                && status["stores"]!.AsArray().All(s => (bool)s!["reachable"]!)
                && status["overrides"]!.AsArray().Count == 0;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Events.DisposeAsync();
        _http.Dispose();
        await Process.DisposeAsync();
    }

    public static string ZonesOf(TemporaryFolder folder, int number) => folder.File($"{NameOf(number)}/zones");

    private static string StateOf(TemporaryFolder folder, int number) => folder.File($"{NameOf(number)}/state");

    private static string ClockOf(TemporaryFolder folder, int number) => folder.File($"{NameOf(number)}/clock");

    private static string[] Clock(TemporaryFolder folder, int number) => File.Exists(ClockOf(folder, number))
        ? [$"LD_PRELOAD={FakeTime}", $"FAKETIME={File.ReadAllText(ClockOf(folder, number))}", "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1"] : [];

    /// <summary>Debian's libfaketime.</summary>
    private static string FakeTime { get; } = Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).First();

    private static string NameOf(int number) => $"node-{number + 1}";

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage ready = await http.GetAsync(new Uri(Admin + "readyz"));
            return ready.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
