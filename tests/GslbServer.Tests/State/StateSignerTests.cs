using System.Text;
using GslbServer.State;

namespace GslbServer.Tests;

public sealed class StateSignerTests
{
    private const string One = "0123456789abcdef0123456789abcdef", Two = "fedcba9876543210fedcba9876543210";

    private static readonly byte[] Record = Encoding.UTF8.GetBytes("""{"v":1,"target":"eu-west"}""");

    [Fact]
    public void What_is_signed_opens_under_its_name_alone()
    {
        StateSigner signer = Keys(One);
        byte[] stored = signer.Seal("gslb:overrides#eu-west", Record);
        Assert.True(signer.TryOpen("gslb:overrides#eu-west", stored, out byte[]? opened));
        Assert.Equal(Record, opened);
        Assert.False(signer.TryOpen("gslb:overrides#us-east", stored, out _));
        Assert.Contains("\"target\":\"eu-west\",\"sig\":\"", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_octet_spoils_it()
    {
        StateSigner signer = Keys(One);
        byte[] json = signer.Seal("k", Record), octets = signer.SealOctets("k", [1, 2, 3]);
        for (int i = 0; i < json.Length; i++)
        {
            byte[] changed = [.. json];
            changed[i] ^= 1;
            // The last character of the tag has bits that say nothing.
            Assert.False(signer.TryOpen("k", changed, out byte[]? opened) && !opened.AsSpan().SequenceEqual(Record));
        }

        for (int i = 0; i < octets.Length; i++)
        {
            byte[] changed = [.. octets];
            changed[i] ^= 1;
            Assert.False(signer.TryOpenOctets("k", changed, out _));
        }
    }

    [Fact]
    public void Keys_are_exchanged_without_a_gap()
    {
        StateSigner before = Keys(One), knowsBoth = Keys(One, Two), newFirst = Keys(Two, One), after = Keys(Two);
        Assert.True(knowsBoth.TryOpen("k", before.Seal("k", Record), out _));
        Assert.True(knowsBoth.TryOpen("k", newFirst.Seal("k", Record), out _));
        Assert.True(newFirst.TryOpen("k", before.Seal("k", Record), out _));
        Assert.True(after.TryOpen("k", newFirst.Seal("k", Record), out _));
        Assert.False(after.TryOpen("k", before.Seal("k", Record), out _));
    }

    [Fact]
    public void Unsigned_records_are_taken_only_where_the_file_says_so()
    {
        Assert.False(Keys(One).TryOpen("k", Record, out _));
        Assert.False(Keys(One).TryOpenOctets("k", [1], out _));
        Assert.False(Keys(One).Verifies("k", Record, ""));
        Assert.True(Keys(One, "unsigned").TryOpen("k", Record, out _));
        Assert.True(Keys(One, "unsigned").TryOpenOctets("k", [1], out _));
        Assert.False(Keys(One, "unsigned").TryOpen("k", Keys(Two).Seal("k", Record), out _));
    }

    [Fact]
    public void Without_keys_signed_records_are_read_and_nothing_is_signed()
    {
        Assert.Same(Record, StateSigner.Off.Seal("k", Record));
        Assert.True(StateSigner.Off.TryOpenOctets("k", Keys(One).SealOctets("k", [1, 2]), out byte[] octets));
        Assert.Equal([1, 2], octets);
        Assert.True(StateSigner.Off.TryOpen("k", Keys(One).Seal("k", Record), out _));
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("# nothing yet\nunsigned\n", "holds no key")]
    [InlineData("short\n", "has 5 characters (expected at least 32")]
    public void A_file_that_cannot_be_used_says_why(string content, string problem)
    {
        Assert.Null(Read(content, out string told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
        Assert.Null(StateSigner.Read("/nowhere/keys", out told));
        Assert.Contains("/nowhere/keys", told, StringComparison.Ordinal);
    }

    internal static StateSigner Keys(params string[] lines) => Read(string.Join('\n', lines), out string problem) ?? throw new InvalidOperationException(problem);

    private static StateSigner? Read(string content, out string problem)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            return StateSigner.Read(path, out problem);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
