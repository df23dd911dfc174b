using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GslbServer.Tests.Admin;

public sealed partial class DashboardTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task The_page_and_all_that_it_needs_come_from_the_node_with_a_strict_policy()
    {
        using HttpResponseMessage page = await node.Http.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy);
        Assert.Contains("require-trusted-types-for 'script'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", html);
        string[] needed = [.. Asset().Matches(html).Select(m => m.Groups[1].Value).Where(url => url[0] is not ('#' or '/')).Distinct()];
        Assert.Contains("dashboard.js", needed);
        foreach (string path in needed)
        {
            using HttpResponseMessage asset = await node.Http.GetAsync(path);
            Assert.True(asset.IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public void All_of_it_is_under_150_KB_compressed_and_names_no_other_host()
    {
        Assert.InRange(DashboardFiles.All.Sum(file => file.Gzip.Length), 1, 150_000);
        // Names of XML vocabularies are no addresses to fetch from.
        Assert.All(DashboardFiles.All, file => Assert.DoesNotContain(OffHost().Matches(Encoding.UTF8.GetString(file.Plain)).Select(m => m.Value),
            url => !url.StartsWith("http://www.w3.org/2000/svg", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task Files_come_compressed_as_the_client_takes_them_and_only_once(string accepted, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using HttpResponseMessage response = await node.Http.SendAsync(request);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        using Stream read = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(content), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(content), CompressionMode.Decompress),
            _ => new MemoryStream(content),
        };
        using var plain = new MemoryStream();
        await read.CopyToAsync(plain);
        Assert.Equal(DashboardFiles.All.Single(file => file.Name == "dashboard.js").Plain, plain.ToArray());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/dashboard.js");
        again.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage unchanged = await node.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Ten_viewers_get_the_same_frames()
    {
        using var viewers = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string[][] seen = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync(2, viewers.Token)));
        Assert.All(seen, events => Assert.NotNull(JsonNode.Parse(events[0])!["health"]));
        var second = seen.Select(events => events[^1]).GroupBy(json => (long)JsonNode.Parse(json)!["sequence"]!).ToList();
        // Whoever came later is some frames behind; a frame of one number is one text.
        Assert.All(second, frames => Assert.Single(frames.Distinct()));
        JsonNode frame = JsonNode.Parse(seen[0][^1])!;
        Assert.Contains(frame["status"]!["names"]!.AsArray(), name => (string?)name!["owner"] == "www.example.org.");
        Assert.NotNull(frame["traffic"]!["queries"]);
    }

    /// <returns>The data of hello and of so many frames.</returns>
    private async Task<string[]> ReadAsync(int frames, CancellationToken cancel)
    {
        using HttpResponseMessage response = await node.Http.GetAsync("/api/v1/live", HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var data = new List<string>();
        while (data.Count <= frames && await lines.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data.Add(line["data: ".Length..]);
            }
        }

        return [.. data];
    }

    [GeneratedRegex(@"(?:src|href)=""([^""]+)""")]
    private static partial Regex Asset();

    [GeneratedRegex(@"(?:https?:)?//[a-z0-9-]+(\.[a-z0-9-]+)+[^\s""'`)]*", RegexOptions.IgnoreCase)]
    private static partial Regex OffHost();
}
