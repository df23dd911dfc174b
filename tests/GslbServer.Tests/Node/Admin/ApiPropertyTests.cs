using System.Net;
using System.Text.Json.Nodes;

namespace GslbServer.Tests.Admin;

/// <summary>Every route of the API's own description with wrong, huge and hostile values: a clear problem, nothing changed, nothing leaked. 1,500 requests, always the same; 100,000 others with
/// <c>GSLB_TEST_ALL=1</c>; <c>GSLB_TEST_SEED</c> repeats the run of a seed that failed.</summary>
public sealed class ApiPropertyTests(AdminNode node) : IClassFixture<AdminNode>
{
    private const int Short = 1_500, Long = 100_000;

    /// <summary>What would tell how the program is made or where its files are.</summary>
    private static readonly string[] Leaks = ["   at ", "Exception", "System.", "Microsoft.", ".cs:line", "/tmp/", "gslb-admin-", "StackTrace"];

    [Fact]
    public async Task Hostile_requests_get_a_clear_problem_change_nothing_and_learn_nothing()
    {
        bool isLong = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1";
        int seed = Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text ? int.Parse(text) : isLong ? Environment.TickCount : 20_261_129;
        var random = new Random(seed);
        JsonNode document = (await node.GetAsync("/openapi/v1.json")).Body!;
        (string Path, string Method, JsonNode Operation)[] operations = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(method => (path.Key, method.Key, method.Value!))).Where(operation => operation.Item1 is not (EventStream.Path or LiveStream.Path))];
        string before = await StateAsync();
        for (int i = 0; i < (isLong ? Long : Short); i++)
        {
            (string path, string method, JsonNode operation) = operations[random.Next(operations.Length)];
            var request = HostileRequest.Of(random, path, method, operation, document);
            using HttpResponseMessage? answer = await SendAsync(request, $"seed {seed}, request {i}: {request}");
            if (answer is not { } response)
            {
                continue;
            }

            string body = await response.Content.ReadAsStringAsync();
            string what = $"seed {seed}, request {i}: {request}\nanswered {(int)response.StatusCode}: {(body.Length > 1000 ? body[..1000] : body)}";
            Assert.True((int)response.StatusCode < 500, what);
            Assert.True(response.Headers.CacheControl?.NoStore == true || response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge, what);
            if ((int)response.StatusCode >= 400 && body.Length > 0)
            {
                Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", what);
                JsonNode problem = JsonNode.Parse(body)!;
                Assert.True((int)problem["status"]! == (int)response.StatusCode && ((string?)problem["detail"] ?? (string?)problem["title"])?.Length > 5, what);
                string own = request.Path + request.Body;
                Assert.True(!Leaks.Any(leak => body.Contains(leak, StringComparison.Ordinal) && !own.Contains(leak, StringComparison.Ordinal)), what);
            }
        }

        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Every_operation_has_words_a_tag_and_its_answers()
    {
        JsonNode document = (await node.GetAsync("/openapi/v1.json")).Body!;
        foreach ((string path, JsonNode? methods) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in methods!.AsObject())
            {
                string what = $"{method} {path}";
                Assert.True(((string?)operation!["summary"])?.Length > 5, $"{what} has no summary");
                Assert.True(operation["tags"]?.AsArray().Count > 0, $"{what} has no tag");
                string[] answers = [.. operation["responses"]!.AsObject().Select(answer => answer.Key)];
                Assert.True(answers.Any(answer => answer[0] == '2'), $"{what} says nothing of success");
                Assert.True(operation["parameters"] is null || method != "get" || path.Contains("drills/") || answers.Any(answer => answer[0] == '4'), $"{what} takes values and says nothing of wrong ones");
                if (method != "get")
                {
                    Assert.True(answers.Contains("401") && answers.Contains("403"), $"{what} changes state and says nothing of 401 and 403");
                }
            }
        }
    }

    /// <summary>The server closes on a body that is too long before all of it was sent; a client may then see no answer, or find out with its next request.</summary>
    private async Task<HttpResponseMessage?> SendAsync(HostileRequest request, string what)
    {
        HttpRequestException? last = null;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                return await node.Http.SendAsync(request.Message(node.Url));
            }
            catch (HttpRequestException e)
            {
                last = e;
            }
        }

        Assert.True(request.Body?.Length > 60_000, $"{what}\n{last}");
        return null;
    }

    /// <summary>What an operator would see changed.</summary>
    private async Task<string> StateAsync()
    {
        JsonNode status = (await node.GetAsync("/api/v1/status")).Body!;
        JsonNode latency = (await node.GetAsync("/api/v1/latency")).Body!;
        return string.Join('\n', ((string[])["overrides", "drills", "zones", "names", "regions"]).Select(part => $"{part}: {status[part]?.ToJsonString()}"))
            + "\n" + (await node.GetAsync("/api/v1/overrides")).Body!.ToJsonString() + (await node.GetAsync("/api/v1/drills")).Body!.ToJsonString() + latency["prefixes"]?.ToJsonString();
    }
}
