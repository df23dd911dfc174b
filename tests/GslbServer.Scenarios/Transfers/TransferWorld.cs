using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Transfers;

/// <summary>A steered zone, a key as <c>tsig-keygen</c> prints it, and folders for what serves them.</summary>
public sealed class TransferWorld : IAsyncDisposable
{
    public const string Secret = "6rFpLpdIcHwGzAy0Er7+pnBx5KoSK34cBF/SZ06SkEk=";

    /// <summary>For <c>dig -y</c> and <c>kdig -y</c>.</summary>
    public const string KeyOfDig = "hmac-sha256:xfer:" + Secret;

    private readonly TemporaryFolder _folder = new();

    public TransferWorld()
    {
        Directory.CreateDirectory(_folder.File("zones"));
        Directory.CreateDirectory(_folder.File("none"));
        Keys = _folder.Write("keys", KeyText);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public static string KeyText => $$"""
        key "xfer" {
            algorithm hmac-sha256;
            secret "{{Secret}}";
        };
        """;

    public string Keys { get; }

    public string Zones => _folder.File("zones");

    /// <summary>A folder without zone files.</summary>
    public string NoZones => _folder.File("none");

    public string State(string node) => _folder.File($"state-{node}");

    /// <param name="more">Lines behind the zone.</param>
    public static string Zone(string serial, string more = "", int expire = 604_800) => $"""
        $ORIGIN example.org.
        $TTL 300
        @        SOA     ns hostmaster {serial} 3600 1 {expire} 30
                 NS      ns
        ns       A       192.0.2.53
        host     A       192.0.2.1
        us-east  REGION  39.04 -77.49
                 A       192.0.2.10
        eu-west  REGION  53.35 -6.26
                 A       198.51.100.10
        www   30 STEER   geo us-east eu-west map=203.0.113.0/24:eu-west
                 A       192.0.2.99
        {more}

        """;

    public void WriteZone(string text) => _folder.Write("zones/example.org.zone", text);

    /// <summary>A node that has the zone as a file.</summary>
    public Task<GslbNode> StartPrimaryAsync(params string[] more) => GslbNode.StartAsync(Zones, State("primary"), "primary", ["--tsig-keys", Keys, .. more]);

    /// <summary>A node that has no zone files.</summary>
    public Task<GslbNode> StartSecondaryAsync(params string[] more) => GslbNode.StartAsync(NoZones, State("secondary"), "secondary", ["--tsig-keys", Keys, .. more]);

    /// <summary>The zone as a transfer brings it, as a master file with REGION, CHECK and STEER in RFC 3597 form.</summary>
    public static async Task<string> TransferAsync(int port, string zone = "example.org", string type = "AXFR")
    {
        ToolResult result = await Tool.RunAsync("dig", "@127.0.0.1", "-p", $"{port}", "-y", KeyOfDig, "+noall", "+answer", "+onesoa", zone, type);
        return string.Join('\n', result.Lines.Where(l => l.Length > 0 && !l.StartsWith(';'))) + "\n";
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
