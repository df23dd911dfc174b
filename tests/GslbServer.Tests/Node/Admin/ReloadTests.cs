using System.Net;
using System.Text.Json.Nodes;

namespace GslbServer.Tests.Admin;

public sealed class ReloadTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task A_bad_zone_is_refused_with_all_errors_and_the_old_one_stays()
    {
        await File.WriteAllTextAsync(node.ZoneFile, AdminNode.Zone + "bad A 300.1.1.1\nworse STEER geo nowhere\n");
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(HttpMethod.Post, "/api/v1/reload");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(2, problem!["errors"]!.AsArray().Count);
        Assert.All(problem["errors"]!.AsArray(), e => Assert.Matches(@"example\.org\.zone:\d+:\d+: ", (string)e!));
        Assert.Contains("serial 7", (string)problem["inForce"]!);
        JsonNode after = (await node.GetAsync("/api/v1/status")).Body!;
        Assert.StartsWith("the files were last read with 2 errors and not taken over: ", (string)after["warnings"]![0]!, StringComparison.Ordinal);
        using var command = new Cli.CommandRun();
        Assert.Equal(2, await command.RunAsync("status", "--server", node.Url.ToString()));

        await File.WriteAllTextAsync(node.ZoneFile, AdminNode.Zone.Replace("hostmaster 7", "hostmaster 8", StringComparison.Ordinal));
        (status, JsonNode? report) = await node.SendAsync(HttpMethod.Post, "/api/v1/reload", "{}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("serial 8", (string)report!["inForce"]!);
    }

    [Fact]
    public async Task A_file_cut_in_its_last_line_is_refused_even_where_that_line_can_be_read()
    {
        await File.WriteAllTextAsync(node.ZoneFile, AdminNode.Zone.Replace("hostmaster 7", "hostmaster 9", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Post, "/api/v1/reload")).Status);
        string next = AdminNode.Zone.Replace("hostmaster 7", "hostmaster 10", StringComparison.Ordinal);
        await File.WriteAllTextAsync(node.ZoneFile, next[..(next.IndexOf("docs     CNAME   www", StringComparison.Ordinal) + "docs     CNAME   w".Length)]);
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(HttpMethod.Post, "/api/v1/reload");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Matches(@"example\.org\.zone:11:19: .*half written", (string)Assert.Single(problem!["errors"]!.AsArray())!);
        Assert.Contains("serial 9", (string)problem["inForce"]!);
        await File.WriteAllTextAsync(node.ZoneFile, next);
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Post, "/api/v1/reload")).Status);
    }
}
