using System.Text;
using GslbServer.Dns;
using GslbServer.State;

namespace GslbServer.Tests.KeyFiles;

/// <summary>Nodes with a directory each, and stores between them.</summary>
public sealed class KeySharingTests : IDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef", Other = "fedcba9876543210fedcba9876543210";

    private static readonly DomainName Zone = DomainName.Parse("example.org.");

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-sharing-");
    private readonly MemorySealedStore _store = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_node_that_lacks_keys_gets_them_with_private_parts_times_and_policy()
    {
        (KeyDirectory one, KeySharing first) = Node("one");
        (KeyDirectory two, KeySharing second) = Node("two");
        ZoneKey key = Write(one);
        one.Write(Zone, KeyPolicy.Default with { Denial = DenialKind.Nsec3 });
        Assert.True(await first.ExchangeAsync(default));
        Assert.True(await second.ExchangeAsync(default));

        ZoneKeys got = two.Read().Zones[Zone];
        Assert.Equal(key.Times, Assert.Single(got.Keys).Times);
        Assert.True(got.Keys[0].Key.CanSign);
        Assert.Equal(DenialKind.Nsec3, got.Policy.Denial);
        Assert.Empty(two.Read().AllErrors);
        Assert.Equal(3, second.Brought);
        await second.ExchangeAsync(default);
        await first.ExchangeAsync(default);
        Assert.Equal((0, 3), (first.Brought, second.Brought));
    }

    [Fact]
    public async Task Of_each_file_what_was_written_last_counts_whoever_exchanges_first()
    {
        (KeyDirectory one, KeySharing first) = Node("one");
        (KeyDirectory two, KeySharing second) = Node("two");
        ZoneKey key = Write(one);
        await first.ExchangeAsync(default);
        await second.ExchangeAsync(default);
        Write(two); // another key
        two.Write(key with { Times = key.Times with { Inactive = Now.AddDays(9) } });
        foreach (string file in Directory.GetFiles(two.Path)) File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(5));
        await first.ExchangeAsync(default);
        await second.ExchangeAsync(default);
        await first.ExchangeAsync(default);
        Assert.Equal(2, one.Read().Zones[Zone].Keys.Count);
        Assert.Equal(Now.AddDays(9), one.Read().Zones[Zone].Keys.Single(k => k.Key.IsSame(key.Key)).Times.Inactive);
        Assert.Equal(Text(one), Text(two));
    }

    [Fact]
    public async Task A_store_sees_ciphertext_alone()
    {
        (KeyDirectory one, KeySharing first) = Node("one");
        ZoneKey key = Write(one);
        await first.ExchangeAsync(default);
        byte[] record = (await _store.ReadAsync(default))["example.org."];
        string secret = key.PrivateFields!.Split("PrivateKey: ")[1].Trim();
        Assert.DoesNotContain(secret, Encoding.Latin1.GetString(record));
        Assert.DoesNotContain("DNSKEY", Encoding.Latin1.GetString(record));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("foreign")]
    [InlineData("garbage")]
    [InlineData("misplaced")]
    public async Task What_was_not_sealed_for_this_place_is_refused_and_left_alone(string how)
    {
        (KeyDirectory one, KeySharing first) = Node("one");
        Write(one);
        await first.ExchangeAsync(default);
        byte[] record = (await _store.ReadAsync(default))["example.org."];
        (KeyDirectory two, KeySharing second) = Node("two", how == "foreign" ? Other : Secret);
        string place = how == "misplaced" ? "example.net." : "example.org.";
        byte[] wrong = how switch { "changed" => [.. record[..^1], (byte)(record[^1] ^ 1)], "garbage" => [1, 2, 3], _ => record };
        await _store.WriteAsync(place, wrong, default);

        await second.ExchangeAsync(default);
        Assert.Contains($"keys of {place} in memory are not believed", Assert.Single(second.Refused));
        Assert.False(two.Read().Zones.ContainsKey(DomainName.Parse(place)));
        await first.ExchangeAsync(default);
        Assert.Equal(wrong, (await _store.ReadAsync(default))[place]);
        Assert.Single(one.Read().Zones);
    }

    [Fact]
    public async Task A_record_cannot_write_files_of_another_zone_or_outside_the_directory()
    {
        KeySealer sealer = KeySealer.Of(Secret);
        foreach (string name in (string[])["../evil.key", "Kexample.net.+013+00001.key", "Kexample.org.+013+/../x.key", "example.net.policy.json"])
        {
            string json = $$"""{"v":1,"files":[{"name":"{{name}}","changed":1,"text":"x"}]}""";
            await _store.WriteAsync("example.org.", sealer.Seal("gslb:keys#example.org.", Encoding.UTF8.GetBytes(json)), default);
            (KeyDirectory two, KeySharing second) = Node("two");
            await second.ExchangeAsync(default);
            Assert.False(Directory.Exists(two.Path));
            Assert.Single(second.Refused);
        }
    }

    [Fact]
    public async Task What_is_wrong_here_is_not_spread()
    {
        (KeyDirectory one, KeySharing first) = Node("one");
        Write(one);
        File.WriteAllText(Path.Combine(one.Path, "example.org.policy.json"), "{");
        await first.ExchangeAsync(default);
        Assert.Empty(await _store.ReadAsync(default));
    }

    [Fact]
    public void A_new_secret_opens_what_the_old_one_sealed()
    {
        byte[] record = KeySealer.Of(Secret).Seal("x", "keys"u8);
        Assert.True(KeySealer.Of(Other, Secret).TryOpen("x", record, out byte[]? plain));
        Assert.Equal("keys"u8, plain);
        Assert.False(KeySealer.Of(Other).TryOpen("x", record, out _));
        Assert.False(KeySealer.Of(Secret).TryOpen("y", record, out _));
        for (int i = 0; i < record.Length; i++) Assert.False(KeySealer.Of(Secret).TryOpen("x", record[..i], out _));
    }

    private (KeyDirectory, KeySharing) Node(string name, string secret = Secret)
    {
        var directory = new KeyDirectory(Path.Combine(_folder.FullName, name));
        return (directory, new KeySharing(directory, KeySealer.Of(secret), "gslb", [_store]));
    }

    private static ZoneKey Write(KeyDirectory directory)
    {
        ZoneKey key = KeyBundleMaker.Make(Zone, new NewKey(DnssecKey.SecureEntryPoint, DnssecAlgorithm.ECDSAP256SHA256, KskRollover.First(true, KeyPolicy.Default, Now)), []);
        directory.Write(key);
        return key;
    }

    private static string Text(KeyDirectory directory) => string.Join('\n', Directory.GetFiles(directory.Path).Order().Select(f => $"{Path.GetFileName(f)} {File.ReadAllText(f)}"));
}
