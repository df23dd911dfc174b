using System.Net;
using System.Text.Json.Nodes;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>With <c>--admin-token-file</c> anything that changes state needs a token.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private readonly AdminNode _node = new();

    public Task InitializeAsync() => _node.StartAsync(withTokens: true);

    public Task DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer wrong", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer alice:wonderland", 401)]
    [InlineData("Bearer # operators", 401)]
    [InlineData("Basic d29uZGVybGFuZA==", 401)]
    [InlineData("Bearer wonderland", 200)]
    [InlineData("bearer plain", 200)]
    public async Task State_changes_need_one(string? header, int expected)
    {
        (string, string)[] headers = header is null ? [] : [("Authorization", header)];
        Assert.Equal(expected, (int)(await _node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, headers)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _node.GetAsync("/api/v1/status")).Status);
    }

    [Theory]
    [InlineData("wonderland", null, "alice")]
    [InlineData("wonderland", "bob", "bob")]
    [InlineData("plain", null, "carol")]
    public async Task The_owner_is_who_the_request_says_else_the_token_else_the_user(string token, string? owner, string expected)
    {
        string body = owner is null ? """{ "state": "drain", "reason": "x" }""" : $$"""{ "state": "drain", "reason": "x", "owner": "{{owner}}" }""";
        JsonNode? stored = (await _node.SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", body, ("Authorization", "Bearer " + token), ("X-Gslb-User", "carol"))).Body;
        Assert.Equal(expected, (string)stored!["owner"]!);
    }

    [Fact]
    public async Task The_file_is_read_again_when_it_changes_and_without_it_nobody_gets_in()
    {
        await File.WriteAllTextAsync(_node.TokenFile, "bob:a-new-one\n");
        Assert.Equal(401, await ReloadAsync("wonderland"));
        Assert.Equal(200, await ReloadAsync("a-new-one"));
        File.Delete(_node.TokenFile);
        Assert.Equal(401, await ReloadAsync("a-new-one"));
    }

    [Fact]
    public async Task Commands_bring_the_token_of_a_file_or_of_the_environment()
    {
        using var without = new CommandRun();
        Assert.Equal(1, await without.RunAsync("drain", "us-east", "--reason", "x", "--server", _node.Url.ToString()));
        Assert.Equal("gslb: This needs a bearer token of --admin-token-file. Give it with --admin-token-file FILE, or in GSLB_TOKEN", Assert.Single(without.Errors));

        using var wrong = new CommandRun();
        wrong.Environment["GSLB_TOKEN"] = "looking-glass";
        Assert.Equal(1, await wrong.RunAsync("drain", "us-east", "--reason", "x", "--server", _node.Url.ToString()));
        Assert.StartsWith("gslb: The bearer token is none of this program's --admin-token-file.", Assert.Single(wrong.Errors));

        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("drain", "us-east", "--reason", "x", "--server", _node.Url.ToString(), "--admin-token-file", _node.TokenFile));
        Assert.Contains("(by alice: x)", run.Out);
        run.Environment["GSLB_TOKEN"] = "plain";
        Assert.Equal(0, await run.RunAsync("undrain", "us-east", "--server", _node.Url.ToString()));
    }

    private async Task<int> ReloadAsync(string token) =>
        (int)(await _node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, ("Authorization", "Bearer " + token))).Status;
}
