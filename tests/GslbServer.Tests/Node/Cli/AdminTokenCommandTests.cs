using System.Text.Json.Nodes;

namespace GslbServer.Tests.Cli;

public sealed class AdminTokenCommandTests
{
    [Fact]
    public async Task A_token_is_shown_once_and_its_line_has_the_hash_alone()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("admin", "token", "alice", "--role", "operate", "--expires", "90d", "--json"));
        JsonNode made = JsonNode.Parse(run.Out)!;
        string token = (string)made["token"]!, line = (string)made["line"]!;
        Assert.Matches("^gslb_[A-Za-z0-9_-]{43}$", token);
        Assert.DoesNotContain(token, line);
        AdminToken read = Assert.Single(AdminTokenFile.Parse("f", line).Tokens);
        Assert.Equal(("alice", AdminRole.Operate, CommandRun.Now.AddDays(90)), (read.Name, read.Role, read.Expires!.Value));
        Assert.Equal(AdminToken.HashOf(token), read.Hash.ToArray());
    }

    [Fact]
    public async Task Appended_lines_make_a_file_that_its_owner_alone_may_read()
    {
        using var run = new CommandRun();
        string file = Path.Combine(run.Host.WorkingDirectory, "tokens");
        Assert.Equal(0, await run.RunAsync("admin", "token", "alice", "--role", "admin", "--append", "tokens"));
        await File.AppendAllTextAsync(file, "bob:without-an-end-of-line");
        Assert.Equal(0, await run.RunAsync("admin", "token", "carol", "--role", "read", "--append", "tokens"));
        AdminTokenFile read = AdminTokenFile.Parse("tokens", await File.ReadAllTextAsync(file));
        Assert.Empty(read.Errors);
        Assert.Equal(["alice", "bob", "carol"], read.Tokens.Select(token => token.Name));
        Assert.Equal(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(token => Convert.ToHexString(AdminToken.HashOf(token))),
            ((AdminToken[])[read.Tokens[0], read.Tokens[2]]).Select(token => Convert.ToHexString(token.Hash.Span)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("gslb: \"a b\": expected a name of one word, without colons and not beginning with #", "a b", "--role", "read")]
    [InlineData("gslb: \"#x\": expected a name of one word, without colons and not beginning with #", "#x", "--role", "read")]
    [InlineData("gslb: --expires soon: expected a time from now such as 90d, or a day or time such as 2027-01-31", "a", "--role", "read", "--expires", "soon")]
    [InlineData("gslb: --expires 2026-01-01: that has passed; it is 2026-11-21 12:00:00Z", "a", "--role", "read", "--expires", "2026-01-01")]
    public async Task Bad_input_makes_no_token(string error, params string[] args)
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync(["admin", "token", .. args]));
        Assert.Equal(error, run.Errors[0]);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_file_with_errors_is_left_as_it_is()
    {
        using var run = new CommandRun();
        string file = run.WriteFile("tokens", "alice boss a-secret-of-mine\n");
        Assert.Equal(1, await run.RunAsync("admin", "token", "bob", "--role", "read", "--append", "tokens"));
        Assert.Equal(["gslb: tokens:1:7: this is no role; expected read, operate or admin", "gslb: tokens: nothing was added"], run.Errors);
        Assert.Equal("alice boss a-secret-of-mine\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_file_of_hashes_is_no_token_to_send()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("admin", "token", "alice", "--role", "admin", "--append", "tokens"));
        Assert.Equal(1, await run.RunAsync("status", "--token-file", "tokens", "--server", "http://127.0.0.1:1"));
        Assert.Equal("gslb: --admin-token-file tokens: holds no token to send, only hashes; expected a file with a token itself", Assert.Single(run.Errors));
    }
}
