using System.Globalization;

namespace GslbServer.Tests.Admin;

public sealed class AdminTokenFileTests
{
    private const string Long = "a-token-that-is-long-enough";

    [Fact]
    public void Lines_are_tokens_with_or_without_a_name_and_a_role()
    {
        var file = AdminTokenFile.Parse("tokens", $"# c\n\n one \r\nbob: two:three\n:four\nalice operate {Long}  expires=2027-01-31 # until then\ncarol:five\n"
            + $"dave read {AdminToken.HashPrefix}{new string('a', 64)} expires=2027-01-31T12:30+02:00\n");
        Assert.Empty(file.Errors);
        Assert.Equal("one", file.FirstSecret);
        Assert.Equal([(null, AdminRole.Admin), ("bob", AdminRole.Admin), (null, AdminRole.Admin), ("alice", AdminRole.Operate), ("carol", AdminRole.Admin), ("dave", AdminRole.Read)],
            file.Tokens.Select(token => (token.Name, token.Role)));
        Assert.All(((string[])["one", "two:three", "four", Long, "five"]).Zip(file.Tokens), pair => Assert.Equal(AdminToken.HashOf(pair.First), pair.Second.Hash.ToArray()));
        Assert.Equal(new string('a', 64), Convert.ToHexStringLower(file.Tokens[5].Hash.Span));
        Assert.Equal([null, null, null, "2027-01-31T00:00:00Z", null, "2027-01-31T10:30:00Z"], file.Tokens.Select(token => token.Expires?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("alice opperate a-secret-of-mine", "tokens:1:7: this is no role; expected read, operate or admin")]
    [InlineData("alice a-secret-of-mine", "tokens:1:7: one word too many or too few; expected lines NAME ROLE TOKEN [expires=TIME], NAME:TOKEN or TOKEN")]
    [InlineData("\n  alice admin a-secret-of-mine more", "tokens:2:32: too much on this line; expected lines NAME ROLE TOKEN [expires=TIME], NAME:TOKEN or TOKEN")]
    [InlineData("alice admin a-secret-of-mine expires=soon", "tokens:1:30: expected a time such as expires=2027-01-31 or expires=2027-01-31T12:00:00Z")]
    [InlineData("alice admin sha256:a-secret-of-mine", "tokens:1:13: expected 64 hexadecimal digits after sha256:")]
    [InlineData("alice admin a-secret-of-mine-\u00e9", "tokens:1:13: expected a token of printable ASCII characters here")]
    [InlineData("empty:", "tokens:1:7: expected a token of printable ASCII characters here")]
    [InlineData("a:b admin a-secret-of-mine", "tokens:1:1: expected a name of 1 to 64 characters without colons")]
    [InlineData("a-secret-of-mine\nb:a-secret-of-mine", "tokens:2:3: this token stands in line 1 already")]
    public void Errors_tell_the_place_and_never_a_word_of_the_file(string text, string error)
    {
        Assert.Equal(error, Assert.Single(AdminTokenFile.Parse("tokens", text).Errors));
        Assert.DoesNotContain("a-secret-of-mine", error);
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_read_or_refused()
    {
        string[] pieces = ["alice", "operate", "admin", "read", AdminToken.HashPrefix, new string('f', 64), "expires=", "2027-01-31", ":", "#", " ", " ", "\t", "\n", "\n", "\r", "\0", "\u00e9", Long];
        Fuzz.Rounds(random =>
        {
            var file = AdminTokenFile.Parse("f", string.Concat(random.GetItems(pieces, random.Next(12))));
            Assert.All(file.Errors, error => Assert.Matches(@"^f:\d+:\d+: ", error));
            foreach (AdminToken token in file.Tokens.Where(token => token.Name is not null && file.Errors.Count == 0))
            {
                AdminToken again = Assert.Single(AdminTokenFile.Parse("f", token.ToLine()).Tokens);
                Assert.Equal((token.Name, token.Role, token.Expires), (again.Name, again.Role, again.Expires));
                Assert.Equal(token.Hash.ToArray(), again.Hash.ToArray());
            }
        });
    }

    [Fact]
    public void A_token_that_can_be_guessed_is_a_warning()
    {
        Assert.Equal("tokens:2: a token of 5 characters can be guessed; gslb admin token makes one", Assert.Single(AdminTokenFile.Parse("tokens", $"{Long}\nbob:short").Warnings));
    }
}
