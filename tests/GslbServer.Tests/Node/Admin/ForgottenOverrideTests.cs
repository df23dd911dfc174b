using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>An override without an end that is older than four hours.</summary>
public sealed class ForgottenOverrideTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Theory]
    [InlineData(3.9, 0)]
    [InlineData(4.1, 2)]
    public async Task Is_a_warning_and_exit_code_2(double hours, int exitCode)
    {
        await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/www.example.org.%40us-east", """{ "state": "drain", "reason": "x", "owner": "alice" }""");
        await using AdminServer later = await node.StartAnotherAsync(new FixedTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(hours)));
        using var run = new CommandRun();
        Assert.Equal(exitCode, await run.RunAsync("status", "--server", later.Urls[0]));
        Assert.Equal(exitCode == 2, run.Out.Contains("www.example.org.@us-east is under \"drain\" by alice for 4h", StringComparison.Ordinal));
        Assert.Equal(exitCode == 2, run.Out.Contains("without an end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_an_end_it_is_nobody_s_worry_and_after_it_gone()
    {
        string expires = (TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(8)).ToString("O");
        await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/www.example.org.%40us-east", $$"""{ "state": "drain", "reason": "x", "expiresAt": "{{expires}}" }""");
        Assert.Equal((true, 1), await StatusAfterAsync(TimeSpan.FromHours(7)));
        Assert.Equal((true, 0), await StatusAfterAsync(TimeSpan.FromHours(9)));
    }

    private async Task<(bool Healthy, int Overrides)> StatusAfterAsync(TimeSpan time)
    {
        await using AdminServer later = await node.StartAnotherAsync(new FixedTime(TimeProvider.System.GetUtcNow() + time));
        using var http = new HttpClient();
        JsonNode status = (await http.GetFromJsonAsync<JsonNode>(later.Urls[0] + "/api/v1/status"))!;
        return ((bool)status["healthy"]!, status["overrides"]!.AsArray().Count);
    }
}
