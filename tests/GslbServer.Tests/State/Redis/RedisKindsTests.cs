using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>The kinds of Redis that a node can be given, and how each says no.</summary>
public sealed class RedisKindsTests
{
    [Fact]
    public async Task Sentinel_promotes_a_replica_and_nodes_follow()
    {
        using var master = new PrivateRedis();
        using var replica = new PrivateRedis("--replicaof", "127.0.0.1", $"{master.Port}");
        string file = Path.Combine(master.Directory, "sentinel.conf");
        await File.WriteAllTextAsync(file, $"""
            sentinel monitor gslb 127.0.0.1 {master.Port} 1
            sentinel down-after-milliseconds gslb 1000
            sentinel failover-timeout gslb 3000
            """);
        using var sentinel = new PrivateRedis(file, "--sentinel");
        await Eventually.True(() => sentinel.Command("SENTINEL", "REPLICAS", "gslb").Contains($"127.0.0.1:{replica.Port}", StringComparison.Ordinal));
        await Eventually.True(() => replica.Command("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal));
        await using StateFeed a = await RedisNode.StartAsync("a", $"127.0.0.1:{sentinel.Port},serviceName=gslb"), b = await RedisNode.StartAsync("b", $"127.0.0.1:{sentinel.Port},serviceName=gslb");
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a"));

        master.Kill();
        await Eventually.True(() => sentinel.Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "gslb").Contains($"{replica.Port}", StringComparison.Ordinal));
        await a.PutAsync(StateWorld.Drain("us-east"), default);
        await Eventually.True(() => b.StateOf("us-east") == OverrideState.Drain && b.IsFresh("a"));
        Assert.Contains("us-east", replica.Command("HKEYS", "gslb:overrides"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_Cluster_holds_everything_in_one_slot()
    {
        PrivateRedis[] nodes = [.. Enumerable.Range(0, 3).Select(_ => new PrivateRedis("--cluster-enabled", "yes", "--cluster-port", $"{PrivateRedis.FreePort()}"))];
        try
        {
            string[] all = [.. nodes.Select(node => node.Configuration)];
            using (Process create = Process.Start(new ProcessStartInfo("redis-cli", ["--cluster", "create", .. all, "--cluster-yes"]) { RedirectStandardOutput = true })!)
            {
                string output = await create.StandardOutput.ReadToEndAsync();
                await create.WaitForExitAsync();
                Assert.True(create.ExitCode == 0, output);
            }

            await Eventually.True(() => nodes.All(node => node.Command("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal)));
            await using StateFeed a = await RedisNode.StartAsync("a", string.Join(',', all)), b = await RedisNode.StartAsync("b", all[2]);
            a.Observe([StateWorld.Down()]);
            await a.PutAsync(StateWorld.Drain(), default);
            await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a") && b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Down }]);
            await using var store = new RedisStore(all[1], "gslb", TimeProvider.System);
            Assert.True(await store.Latency.TryAddAsync(new LatencyTableName(5849310, "b"), [1, 2, 3], default));
            Assert.Equal([1, 2, 3], await store.Latency.ReadAsync(Assert.Single(await store.Latency.ListAsync(default)), default));
            Assert.Single(nodes, node => node.Command("KEYS", "*").Contains("{gslb}:overrides", StringComparison.Ordinal));
        }
        finally
        {
            foreach (PrivateRedis node in nodes)
                node.Dispose();
        }
    }

    [Fact]
    public async Task TLS_by_a_private_authority_verifies_chain_and_name()
    {
        string folder = Directory.CreateTempSubdirectory("gslb-tls-").FullName;
        string authority = Certificates(folder), port = $"{PrivateRedis.FreePort()}";
        using var redis = new PrivateRedis("--tls-port", port, "--tls-cert-file", Path.Combine(folder, "redis.pem"), "--tls-key-file", Path.Combine(folder, "redis.key"), "--tls-auth-clients", "no");
        await using (StateFeed good = await RedisNode.StartAsync("a", $"localhost:{port},ssl=true,sslCa={authority}"))
            await Eventually.True(() => good.Stores[0].IsReachable);
        await using (StateFeed stranger = await RedisNode.StartAsync("b", $"localhost:{port},ssl=true"))
            await Eventually.True(() => stranger.Stores[0].Error?.StartsWith("TLS:", StringComparison.Ordinal) == true);
        await using (StateFeed otherName = await RedisNode.StartAsync("c", $"127.0.0.1:{port},ssl=true,sslCa={authority}"))
            await Eventually.True(() => otherName.Stores[0].Error?.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal) == true);
        await using (StateFeed named = await RedisNode.StartAsync("d", $"127.0.0.1:{port},ssl=true,sslHost=localhost,sslCa={authority}"))
            await Eventually.True(() => named.Stores[0].IsReachable);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Password_rotated_on_the_server_is_told_as_that_and_not_as_a_lost_connection()
    {
        // Where the default user needs no password the client would go on as that one.
        using var redis = new PrivateRedis("--requirepass", "admin") { Password = "admin" };
        redis.Command("ACL", "SETUSER", "gslb", "on", ">old", "~gslb:*", "&gslb:*", "+@all", "-@admin", "-@dangerous");
        var log = new RecordedLog<StateFeed>();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, ",user=gslb,password=old", log);
        await Eventually.True(() => a.Stores[0].IsReachable);
        redis.Command("ACL", "SETUSER", "gslb", "resetpass", ">new");
        redis.Command("CLIENT", "KILL", "USER", "gslb");
        await Eventually.True(() => a.Stores[0].Error?.Contains("wrong password", StringComparison.Ordinal) == true);
        redis.Command("ACL", "SETUSER", "gslb", ">old");
        await Eventually.True(() => a.Stores[0].IsReachable);
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_words()
    {
        using var redis = new PrivateRedis("--requirepass", "right");
        await using StateFeed wrong = await RedisNode.StartAsync("a", redis, ",password=wrong"), none = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => wrong.Stores[0].Error?.Contains("wrong password", StringComparison.Ordinal) == true);
        await Eventually.True(() => none.Stores[0].Error?.Contains("wants a password", StringComparison.Ordinal) == true);

        using var open = new PrivateRedis();
        open.Command("ACL", "SETUSER", "other", "on", ">secret", "~other:*", "+@all");
        await using StateFeed forbidden = await RedisNode.StartAsync("c", open, ",user=other,password=secret");
        await Eventually.True(() => forbidden.Stores[0].Error?.Contains("ACL", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task IPv6_is_spoken()
    {
        using var redis = new PrivateRedis();
        if (!System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == redis.Port && listener.Address.Equals(IPAddress.IPv6Loopback)))
            return;
        await using StateFeed a = await RedisNode.StartAsync("a", $"[::1]:{redis.Port}");
        await Eventually.True(() => a.Stores[0].IsReachable);
    }

    [Fact]
    public async Task Read_only_replica_and_full_memory_are_read_and_named()
    {
        using var master = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", master);
        await a.PutAsync(StateWorld.Drain(), default);
        using var replica = new PrivateRedis("--replicaof", "127.0.0.1", $"{master.Port}");
        await using StateFeed b = await RedisNode.StartAsync("b", replica);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a"));
        await Eventually.True(() => b.Stores[0].Error?.Contains("read-only replica", StringComparison.Ordinal) == true);
        Assert.Equal(StateMode.Fresh, b.Mode);

        master.Command("CONFIG", "SET", "maxmemory", "1");
        await Eventually.True(() => a.Stores[0].Error?.Contains("memory is full", StringComparison.Ordinal) == true);
        Assert.Equal(StateMode.Fresh, a.Mode);
        master.Command("CONFIG", "SET", "maxmemory", "0");
        await Eventually.True(() => a.Stores[0].IsReachable);
    }

    [Fact]
    public async Task Old_snapshot_brings_nothing_back_and_loses_nothing()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        a.Observe([StateWorld.Down()]);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.IsFresh("a") && b.StateOf() == OverrideState.Drain);
        redis.Command("SAVE");
        await a.PutAsync(StateWorld.Undrain(), default);
        await a.PutAsync(StateWorld.Drain("us-east"), default);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.StateOf("us-east") == OverrideState.Drain && b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Up }]);

        redis.Kill();
        redis.Start();
        bool seenDown = false;
        await Eventually.True(() =>
        {
            seenDown |= b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Down }] || b.StateOf() != OverrideState.None;
            return redis.Command("HGET", "gslb:overrides", "us-east").Contains("drain", StringComparison.Ordinal) && b.Stores[0].IsReachable && b.IsFresh("a");
        });
        Assert.False(seenDown);
        await Eventually.True(() => redis.Command("HGET", "gslb:overrides", "eu-west").Contains("\"none\"", StringComparison.Ordinal));
    }

    /// <returns>The authority's file; <c>redis.pem</c> and <c>redis.key</c> for the name localhost lie beside it.</returns>
    private static string Certificates(string folder)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gslb test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(130));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = server.Create(authority, DateTimeOffset.UnixEpoch.AddYears(51), DateTimeOffset.UnixEpoch.AddYears(120), [1]);
        string file = Path.Combine(folder, "ca.pem");
        File.WriteAllText(file, authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "redis.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "redis.key"), key.ExportPkcs8PrivateKeyPem());
        return file;
    }
}
