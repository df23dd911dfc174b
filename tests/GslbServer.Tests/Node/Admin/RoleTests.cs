using System.Net;
using System.Text.Json.Nodes;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>Tokens have roles: read looks, operate drains, admin does everything.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private const string Reader = "reader-token-of-these-tests", Operator = "operator-token-of-these-tests", Admin = "admin-token-of-these-tests", Old = "expired-token-of-these-tests";

    private const string Drain = """{ "state": "drain", "reason": "x" }""";

    private readonly AdminNode _node = new();

    private static string Tokens => $"rita read {Reader}\nolga operate sha256:{Convert.ToHexString(AdminToken.HashOf(Operator))}\nadam admin {Admin} # everything\nold admin {Old} expires=2026-01-01\n";

    public Task InitializeAsync() => _node.StartAsync(withTokens: true, Tokens, options => options with { AdminReadOpen = false });

    public Task DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData(null, 200, 401, 401, 401)]
    [InlineData(Reader, 200, 200, 403, 403)]
    [InlineData(Operator, 200, 200, 200, 403)]
    [InlineData(Admin, 200, 200, 200, 404)]
    [InlineData(Old, 200, 401, 401, 401)]
    [InlineData("sha256:a-token-that-is-a-hash", 200, 401, 401, 401)]
    public async Task Each_role_may_what_those_before_it_may(string? token, int health, int read, int operate, int admin)
    {
        Assert.Equal(health, await SendAsync(HttpMethod.Get, "/healthz", token));
        Assert.Equal(health, await SendAsync(HttpMethod.Get, "/readyz", token));
        Assert.Equal(health, await SendAsync(HttpMethod.Get, "/", token));
        Assert.All(await Task.WhenAll(((string[])["/api/v1/status", "/metrics", "/api/v1/audit", "/api/v1/explain?name=www.example.org&client=192.0.2.1"]).Select(path => SendAsync(HttpMethod.Get, path, token))), status => Assert.Equal(read, status));
        Assert.Equal(operate, await SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", token, Drain));
        Assert.Equal(operate, await SendAsync(HttpMethod.Post, "/api/v1/reload", token));
        Assert.Equal(admin, await SendAsync(HttpMethod.Delete, "/api/v1/nodes/nobody", token));
    }

    [Fact]
    public async Task A_refusal_says_what_is_missing()
    {
        Assert.Equal("The token of rita has the role read; this needs operate.", await DetailAsync(Reader));
        Assert.Equal("The token of old expired at 2026-01-01 00:00:00Z.", await DetailAsync(Old));
        Assert.Equal("The bearer token is none of this program's --admin-token-file.", await DetailAsync("nobodys-token"));
    }

    [Fact]
    public async Task The_caller_learns_as_whom_it_is_taken()
    {
        Assert.Equal("""{"name":"olga","role":"operate","by":"token"}""", await WhoAsync(Operator));
        Assert.Equal("""{"name":null,"role":"none","by":"nothing"}""", await WhoAsync(null));
        using var run = new CommandRun();
        run.Environment["GSLB_TOKEN"] = Reader;
        Assert.Equal(0, await run.RunAsync("admin", "whoami", "--server", _node.Url.ToString()));
        Assert.Equal("rita, role read, by token\n", run.Out);
    }

    [Fact]
    public async Task Who_shows_a_token_of_nobody_is_told_by_the_command_too()
    {
        using var run = new CommandRun();
        run.Environment["GSLB_TOKEN"] = "nobodys-token-of-these-tests";
        Assert.Equal(1, await run.RunAsync("admin", "whoami", "--server", _node.Url.ToString()));
        Assert.Equal(["gslb: the token is not accepted: it is none of this node's, or is over; you are a stranger there, role none"], run.Errors);
    }

    [Theory]
    [InlineData("/api/v1/live")]
    [InlineData("/api/v1/events")]
    public async Task A_stream_ends_when_its_token_is_taken_out_of_the_file(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", "Bearer " + Reader } } };
        using HttpResponseMessage response = await _node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Task<string> all = response.Content.ReadAsStringAsync();
        await File.WriteAllTextAsync(_node.TokenFile, Tokens.Replace(Reader, "another-token-of-these-tests", StringComparison.Ordinal));
        for (int i = 0; i < 1000 && await SendAsync(HttpMethod.Get, "/api/v1/status", Reader) != 401; i++)
        {
            await Task.Delay(20);
        }

        Assert.Equal(200, await SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", Operator, """{ "state": "drain", "reason": "after revocation" }"""));
        Assert.DoesNotContain("after revocation", await all.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_many_wrong_tokens_who_asks_as_whom_it_is_taken_is_told_to_wait()
    {
        for (int i = 0; i < 100 && await SendAsync(HttpMethod.Post, "/api/v1/reload", $"wrong-token-{i}-of-these-tests") == 401; i++)
        {
        }

        Assert.Equal(429, await SendAsync(HttpMethod.Get, "/api/v1/whoami", Admin));
        Assert.Equal(200, await SendAsync(HttpMethod.Get, "/api/v1/whoami", null));
    }

    [Fact]
    public async Task A_file_with_errors_changes_nothing_and_one_without_tokens_lets_nobody_in()
    {
        await File.WriteAllTextAsync(_node.TokenFile, Tokens + "eve amdin evil-token-of-these-tests\n");
        Assert.Equal(200, await SendAsync(HttpMethod.Post, "/api/v1/reload", Operator));
        Assert.Equal(401, await SendAsync(HttpMethod.Post, "/api/v1/reload", "evil-token-of-these-tests"));
        await File.WriteAllTextAsync(_node.TokenFile, "# nobody\n");
        Assert.Equal(401, await SendAsync(HttpMethod.Post, "/api/v1/reload", Operator));
        Assert.Equal("No token is accepted now; this program's log says why.", await DetailAsync(Operator));
        await File.WriteAllTextAsync(_node.TokenFile, Tokens);
        Assert.Equal(200, await SendAsync(HttpMethod.Post, "/api/v1/reload", Operator));
    }

    [Fact]
    public async Task Changes_and_refused_attempts_are_in_the_audit_trail_with_who_and_from_where()
    {
        await SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", Reader, Drain);
        await SendAsync(HttpMethod.Delete, "/api/v1/nodes/nobody", Operator);
        await SendAsync(HttpMethod.Post, "/api/v1/reload", Operator);
        await SendAsync(HttpMethod.Post, "/api/v1/latency/import", Admin, """{ "csv": "client,region,ms\n198.51.100.0/24,eu-west,12\n" }""");
        JsonNode[] entries = [.. (await _node.SendAsync(HttpMethod.Get, "/api/v1/audit", null, ("Authorization", "Bearer " + Reader))).Body!["entries"]!.AsArray().Where(e => (string)e!["kind"]! != "transition")!];
        Assert.Equal(
        [
            "refused PUT /api/v1/overrides/us-east by rita from 127.0.0.1 (token rita): refused: read, and this needs operate",
            "refused DELETE /api/v1/nodes/nobody by olga from 127.0.0.1 (token olga): refused: operate, and this needs admin",
            "reload olga",
            "admin POST /api/v1/latency/import by adam from 127.0.0.1 (token adam): 200",
        ], entries.Select(e => (string)e["kind"]! == "reload" ? $"reload {e["who"]}" : $"{e["kind"]} {e["subject"]} by {e["who"]} from {e["origin"]}: {e["result"]}"));
    }

    [Fact]
    public async Task Who_knocks_on_and_on_does_not_fill_the_trail()
    {
        for (int i = 0; i < 40; i++)
        {
            await SendAsync(HttpMethod.Post, "/api/v1/reload", "guess-" + i);
        }

        JsonArray refused = (await _node.SendAsync(HttpMethod.Get, "/api/v1/audit?kind=refused", null, ("Authorization", "Bearer " + Reader))).Body!["entries"]!.AsArray();
        Assert.InRange(refused.Count, 5, 10);
    }

    private async Task<int> SendAsync(HttpMethod method, string path, string? token, string? body = null) =>
        (int)(await _node.SendAsync(method, path, body, token is null ? [] : [("Authorization", "Bearer " + token)])).Status;

    private async Task<string> DetailAsync(string token) => (string)(await _node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, ("Authorization", "Bearer " + token))).Body!["detail"]!;

    private async Task<string> WhoAsync(string? token)
    {
        (HttpStatusCode status, JsonNode? body) = await _node.SendAsync(HttpMethod.Get, "/api/v1/whoami", null, token is null ? [] : [("Authorization", "Bearer " + token)]);
        Assert.Equal(HttpStatusCode.OK, status);
        return body!.ToJsonString();
    }
}
