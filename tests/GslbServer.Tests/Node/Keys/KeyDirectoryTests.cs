using GslbServer.Dns;

namespace GslbServer.Tests.KeyFiles;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyDirectoryTests : IDisposable
{
    private static readonly DomainName Zone = DomainName.Parse("example.org.");

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-keys-");
    private readonly KeyDirectory _keys;

    public KeyDirectoryTests() => _keys = new KeyDirectory(Path.Combine(_folder.FullName, "keys"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_directory_that_is_not_there_has_no_keys() => Assert.Empty(_keys.Read().Zones);

    [Fact]
    public void Keys_are_for_their_owner_alone()
    {
        ZoneKey key = Write();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_keys.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOf(key)));
        Assert.Empty(_keys.Read().AllErrors);
        Assert.Equal(2, Directory.GetFiles(_keys.Path).Length);
    }

    [Fact]
    public void A_private_key_that_others_may_read_is_refused()
    {
        string file = FileOf(Write());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal([$"{file}: others may read this private key; expected mode 0600 (chmod 600 {file})"], _keys.Read().Errors[Zone]);
    }

    [Fact]
    public void So_is_a_directory_that_others_may_write()
    {
        Write();
        File.SetUnixFileMode(_keys.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Contains("others may write here", Assert.Single(_keys.Read().Unclear));
    }

    [Fact]
    public void A_private_key_of_another_key_is_refused_with_its_file()
    {
        ZoneKey one = Write(), other = Write();
        File.Copy(FileOf(other), FileOf(one), overwrite: true);
        Assert.Equal([$"{FileOf(one)}: holds no usable private key, or one that does not belong to the public key in its .key file"], _keys.Read().Errors[Zone]);
    }

    [Fact]
    public void A_file_called_otherwise_than_its_key_is_refused()
    {
        ZoneKey key = Write();
        File.Move(Path.ChangeExtension(FileOf(key), ".key"), Path.Combine(_keys.Path, "Kexample.org.+013+00001.key"));
        Assert.Contains(_keys.Read().Errors[Zone], e => e.Contains($"is called otherwise than its key; expected {key.FileName}.key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"denial\": \"nsec5\" }", "denial nsec5: expected nsec, nsec3 or compact")]
    [InlineData("{ \"zskLifetime\": \"1h\" }", "zskLifetime 1h: a rollover takes 1d3h by the other times; expected no less")]
    [InlineData("{ \"colour\": \"blue\" }", "colour blue: unknown; expected denial, zskLifetime, cds, keyTtl, maxTtl, parentTtl, propagation, signatureValidity")]
    [InlineData("{ \"keyTtl\": \"0.5s\" }", "keyTtl 0.5s: expected whole seconds up to 366d, such as 1h")]
    [InlineData("{", ":1:2: is no JSON")]
    [InlineData("[]", "expected an object")]
    public void Rejects_policies(string text, string expected)
    {
        Write();
        File.WriteAllText(Path.Combine(_keys.Path, "example.org.policy.json"), text);
        Assert.Contains(expected, Assert.Single(_keys.Read().Errors[Zone]));
    }

    [Fact]
    public void A_policy_comes_back_as_it_was_written()
    {
        Write();
        KeyPolicy policy = KeyPolicy.Default with { Denial = DenialKind.Nsec3, ZskLifetime = null, Cds = CdsPolicy.Delete, KeyTtl = TimeSpan.FromMinutes(5), MaxTtl = TimeSpan.FromHours(1) };
        _keys.Write(Zone, policy);
        Assert.Equal(policy, _keys.Read().Zones[Zone].Policy);
    }

    [Fact]
    public void A_signed_zone_whose_keys_are_gone_is_a_problem_and_not_an_unsigned_zone()
    {
        Write();
        var book = new KeyBook(_keys);
        var problems = new List<string>();
        Assert.NotNull(book.KeysOf(Zone, Now, problems));
        Directory.Delete(_keys.Path, recursive: true);
        Assert.Null(book.KeysOf(Zone, Now.AddSeconds(1), problems));
        Assert.Contains("the keys of example.org. are gone, and it is signed", Assert.Single(problems));
        Assert.Null(book.KeysOf(DomainName.Parse("example.net."), Now.AddSeconds(1), []));
    }

    private ZoneKey Write()
    {
        ZoneKey key = KeyBundleMaker.Make(Zone, new NewKey(DnssecKey.SecureEntryPoint, DnssecAlgorithm.ECDSAP256SHA256, KskRollover.First(true, KeyPolicy.Default, Now)), []);
        _keys.Write(key);
        return key;
    }

    private string FileOf(ZoneKey key) => Path.Combine(_keys.Path, key.FileName + ".private");
}
