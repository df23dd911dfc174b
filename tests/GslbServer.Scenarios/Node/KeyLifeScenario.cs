using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Keys as operators and validators meet them: made, served, rolled, shared, kept offline; <c>delv</c> is the judge.</summary>
public sealed partial class KeyLifeScenario : IDisposable
{
    private const string Zone = "example.org";

    private const string Text = """
        $ORIGIN example.org.
        $TTL 2
        @    SOA ns1 hostmaster 7 3600 600 86400 2
             NS  ns1
        ns1  A   127.0.0.1
        www  A   192.0.2.1

        """;

    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.File("keys");

    public KeyLifeScenario() => _folder.Write($"zones/{Zone}.zone", Text);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_commands_sign_a_zone_and_doctor_follows_the_chain()
    {
        await using GslbNode node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"));
        Assert.DoesNotContain("DNSKEY", (await node.DigAsync($"{Zone} DNSKEY")).Text.Split("ANSWER SECTION").Skip(1).FirstOrDefault() ?? "");
        await GslbAsync("keys", "create", Zone, "--keys", Path.Combine(_folder.File("state"), "keys"));
        await Eventually.GetAsync(() => ValidateAsync(node.Port, Path.Combine(_folder.File("state"), "keys")), IsGood);

        string ds = (await GslbAsync("keys", "ds", Zone, "--keys", Path.Combine(_folder.File("state"), "keys"))).Lines.Single(l => !l.StartsWith(';'));
        await using NamedServer parent = await ParentAsync(ds);
        ToolResult good = await Tool.RunAsync(BuiltProgram.Gslb, "doctor", Zone, "--parent", $"127.0.0.1:{parent.Port}", "--server", $"127.0.0.1:{node.Port}");
        Assert.Equal(0, good.ExitCode);
        Assert.Matches(@"ok   ds \d+/13: fits a DNSKEY that signs the key set", good.Text);
        Assert.Contains("ok   signatures", good.Text);

        await using NamedServer wrong = await ParentAsync($"{Zone}. DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");
        ToolResult bad = await Tool.RunAsync(BuiltProgram.Gslb, "doctor", Zone, "--parent", $"127.0.0.1:{wrong.Port}", "--server", $"127.0.0.1:{node.Port}");
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("warn ds 12345/13: fits no DNSKEY of the zone", bad.Text);
        Assert.Contains("fail ds: no DS at the parent leads to a key that signs the zone", bad.Text);
    }

    /// <summary>Times of seconds instead of days: several rollovers pass, and caches keep what their TTLs allow.</summary>
    [Fact]
    public async Task Zone_signing_keys_roll_by_themselves_and_nothing_is_ever_bogus()
    {
        await GslbAsync("keys", "create", Zone, "--keys", Keys);
        File.WriteAllText(Path.Combine(Keys, $"{Zone}.policy.json"), """{ "zskLifetime": "24s", "keyTtl": "2s", "maxTtl": "3s", "propagation": "4s" }""");
        await using GslbNode node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"), more: ["--keys", Keys]);
        string anchor = Directory.GetFiles(Keys, "*.key").SelectMany(File.ReadLines).Single(line => line.Contains("DNSKEY 257", StringComparison.Ordinal));
        await using Resolver resolver = await Resolver.UnboundAsync(node.Port, anchor, withSubnets: false);
        var bogus = new List<string>();
        int asked = 0;
        await Eventually.TrueAsync(async () =>
        {
            DigReply reply = await resolver.AskAsync($"www.{Zone} A +dnssec");
            asked++;
            if (reply.Status != "NOERROR" || !reply.Flags.Contains("ad", StringComparison.Ordinal)) bogus.Add(reply.Text);
            return Removed() >= 2;
        }, () => $"{Directory.GetFiles(Keys).Length} files after {asked} questions", TimeSpan.FromMinutes(4));
        Assert.True(bogus.Count == 0, $"{bogus.Count} of {asked} were not validated, such as\n{bogus.FirstOrDefault()}");
        Assert.Contains("\"kind\":\"keys\"", Regex.Replace((await node.CommandAsync("audit", "--json")).Text, @"\s", ""));
    }

    [Fact]
    public async Task A_node_without_the_private_key_signing_key_serves_from_a_bundle()
    {
        await GslbAsync("keys", "create", Zone, "--keys", Keys);
        ToolResult bundle = await GslbAsync("keys", "sign-bundle", Zone, "--for", "90d", "--keys", Keys);
        Assert.Contains("sets of signatures", bundle.Text);
        string ksk = Directory.GetFiles(Keys, "*.key").Single(f => File.ReadAllText(f).Contains("DNSKEY 257", StringComparison.Ordinal));
        File.Delete(Path.ChangeExtension(ksk, ".private"));
        await using GslbNode node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"), more: ["--keys", Keys]);
        string answer = await ValidateAsync(node.Port, Keys);
        Assert.True(IsGood(answer), answer);
        Assert.Contains("bundle, for 89d", (await node.CommandAsync("status")).Text);
    }

    [Fact]
    public async Task Two_nodes_share_keys_through_a_Redis_that_cannot_read_them()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        string secret = _folder.Write("secret", "a secret of at least thirty-two characters\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string first = _folder.File("state-1/keys"), second = _folder.File("state-2/keys");
        await GslbAsync("keys", "create", Zone, "--keys", first);
        await using GslbNode one = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state-1"), "node-1", ["--redis", redis.Configuration, "--keys-secret", secret]);
        await Eventually.GetAsync(async () => (await redis.CommandAsync("HKEYS", "gslb:keys")).Text, keys => keys.Contains(Zone, StringComparison.Ordinal));
        Assert.DoesNotContain("PrivateKey", (await redis.CommandAsync("HGET", "gslb:keys", $"{Zone}.")).Text);

        // It has signed answers from its first on, and those of either are good by the keys of the other.
        await using GslbNode two = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state-2"), "node-2", ["--redis", redis.Configuration, "--keys-secret", secret]);
        Assert.True(IsGood(await ValidateAsync(two.Port, first)));
        Assert.True(IsGood(await ValidateAsync(one.Port, second)));

        await GslbAsync("keys", "roll", Zone, "--zsk", "--keys", second);
        await Eventually.GetAsync(() => one.DigAsync($"{Zone} DNSKEY"), reply => reply.Answer.Count == 3);
        await redis.CommandAsync("HSET", "gslb:keys", $"{Zone}.", "forged");
        await Eventually.GetAsync(async () => (await one.CommandAsync("status")).Text, text => text.Contains("are not believed", StringComparison.Ordinal));
        redis.Send(Signal.Kill);
        Assert.True(IsGood(await ValidateAsync(one.Port, first)));
    }

    [Fact]
    public async Task Bad_keys_change_nothing_and_are_named()
    {
        await GslbAsync("keys", "create", Zone, "--keys", Keys);
        await using GslbNode node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"), more: ["--keys", Keys]);
        string key = Directory.GetFiles(Keys, "*.private")[0], text = File.ReadAllText(key);
        File.WriteAllText(key, text.Replace("PrivateKey: ", "PrivateKey: AAAA", StringComparison.Ordinal));
        string warnings = await Eventually.GetAsync(async () => (await node.CommandAsync("status")).Text, status => status.Contains("holds no usable private key", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(key), warnings);
        Assert.True(IsGood(await ValidateAsync(node.Port, Keys)));
        File.WriteAllText(key, text);
        await Eventually.GetAsync(async () => (await node.CommandAsync("status")).Text, status => !status.Contains("holds no usable private key", StringComparison.Ordinal));
    }

    private static bool IsGood(string delv) => delv.Contains("; fully validated", StringComparison.Ordinal) && delv.Contains("192.0.2.1", StringComparison.Ordinal);

    /// <summary>What delv says of www, with the public key-signing keys of this folder as its only trust.</summary>
    private async Task<string> ValidateAsync(int port, string keys)
    {
        var anchors = new StringBuilder("trust-anchors {\n");
        foreach (string key in Directory.GetFiles(keys, "*.key").Select(File.ReadAllText).Where(k => k.Contains("DNSKEY 257", StringComparison.Ordinal)))
        {
            string[] words = key.Split('\n')[^2].Split(' ');
            anchors.Append(CultureInfo.InvariantCulture, $"  \"{Zone}\" static-key {words[3]} {words[4]} {words[5]} \"{words[6]}\";\n");
        }

        string file = _folder.Write($"anchors-{port}", anchors.Append("};\n").ToString());
        return (await Tool.RunAsync("delv", "@127.0.0.1", "-p", $"{port}", "-a", file, $"+root={Zone}", $"www.{Zone}", "A")).Text;
    }

    /// <summary>Zone-signing keys that lived to their end.</summary>
    private int Removed() => Directory.GetFiles(Keys, "*.private").Count(file => DeleteTime().Match(File.ReadAllText(file)) is { Success: true } time
        && DateTime.ParseExact(time.Groups[1].Value, "yyyyMMddHHmmss", CultureInfo.InvariantCulture) < DateTime.UtcNow);

    private static Task<NamedServer> ParentAsync(string ds) => NamedServer.StartAsync("org", $"""
        $ORIGIN org.
        $TTL 300
        @    SOA ns hostmaster 1 3600 600 86400 30
             NS  ns
        ns   A   127.0.0.1
        example NS ns1.example
        ns1.example A 127.0.0.1
        {ds}

        """);

    private static async Task<ToolResult> GslbAsync(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, arguments);
        Assert.True(result.ExitCode == 0, result.Text);
        return result;
    }

    [GeneratedRegex(@"Delete: (\d+)")]
    private static partial Regex DeleteTime();
}
