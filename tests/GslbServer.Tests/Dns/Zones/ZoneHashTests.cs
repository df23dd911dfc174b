using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class ZoneHashTests
{
    private const string Head = "$ORIGIN example.org.\n$TTL 300\n@ SOA ns1 hostmaster 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";

    private static string HashOf(string records) => TestServer.Compile(Head + records).Hash;

    [Fact]
    public void Hash_is_sixteen_hexadecimal_digits() => Assert.Matches("^[0-9a-f]{16}$", HashOf(""));

    [Theory]
    [InlineData("a A 192.0.2.2\nb A 192.0.2.3\n", "b A 192.0.2.3\na A 192.0.2.2\n")] // order of names
    [InlineData("a A 192.0.2.2\na A 192.0.2.3\n", "a A 192.0.2.3\na A 192.0.2.2\n")] // order in an RRset
    [InlineData("a A 192.0.2.2\na TXT x\n", "a TXT x\na A 192.0.2.2\n")] // order of types
    [InlineData("a MX 1 b\n", "A MX 1 B\n")] // case of names
    [InlineData("a A 192.0.2.2\n", "a A 192.0.2.2\na A 192.0.2.2\n")] // the same record twice
    [InlineData("aaaaaaaa1.x A 192.0.2.2\naaaaaaaa2.x A 192.0.2.2\n", "aaaaaaaa2.x A 192.0.2.2\naaaaaaaa1.x A 192.0.2.2\n")]
    public void Same_data_has_the_same_hash(string one, string other) => Assert.Equal(HashOf(one), HashOf(other));

    [Theory]
    [InlineData("a A 192.0.2.3\n")]
    [InlineData("a 301 A 192.0.2.2\n")]
    [InlineData("b A 192.0.2.2\n")]
    [InlineData("a TXT A\n")]
    [InlineData("")]
    public void Other_data_has_another_hash(string records) => Assert.NotEqual(HashOf("a A 192.0.2.2\n"), HashOf(records));

    [Fact]
    public void Text_keeps_its_case() => Assert.NotEqual(HashOf("a TXT x\n"), HashOf("a TXT X\n"));

    [Fact]
    public void Serial_and_apex_are_the_soas()
    {
        Zone zone = TestServer.Compile(Head);
        Assert.Equal(("example.org.", 7u), (zone.Apex.ToString(), zone.Serial));
    }
}
