using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GslbServer.Tests.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Webhooks;

public sealed class WebhookTests : IDisposable
{
    private const string Secret = "a secret of some length";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-webhooks-");
    private readonly Receiver _receiver = new();
    private readonly EventLog _events = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task An_event_arrives_as_a_signed_CloudEvent()
    {
        string file = SecretFile(Secret, "whsec_" + Convert.ToBase64String(new byte[24]));
        await using Running running = Run(new WebhookOptions { Urls = [_receiver.Url], SecretFile = file });
        _events.Add("transition", "eu-west http:198.51.100.10", "up", "down", "connection refused");

        Delivery got = await _receiver.NextAsync();
        Assert.Equal("application/cloudevents+json; charset=utf-8", got.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(got.Body);
        JsonElement root = body.RootElement, data = root.GetProperty("data");
        Assert.Equal(("1.0", "gslb.transition", "/gslb/gslb/node-1", got.Headers["webhook-id"]),
            (root.GetProperty("specversion").GetString(), root.GetProperty("type").GetString(), root.GetProperty("source").GetString(), root.GetProperty("id").GetString()));
        Assert.Equal(("transition", "eu-west http:198.51.100.10", "up", "down", "connection refused", "node-1"), (data.GetProperty("kind").GetString(), data.GetProperty("subject").GetString(),
            data.GetProperty("from").GetString(), data.GetProperty("to").GetString(), data.GetProperty("detail").GetString(), data.GetProperty("node").GetString()));
        byte[] signed = Encoding.UTF8.GetBytes($"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}.{got.Body}");
        Assert.Equal(["v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)), "v1," + Convert.ToBase64String(HMACSHA256.HashData(new byte[24], signed))],
            got.Headers["webhook-signature"].Split(' '));
    }

    [Fact]
    public async Task What_is_not_taken_is_tried_again_with_the_same_id_and_in_order()
    {
        _receiver.Failures = 2;
        await using Running running = Run(new WebhookOptions { Urls = [_receiver.Url] });
        _events.Add("override", "eu-west", null, "drain", "first");
        _events.Add("override", "eu-west", "drain", null, "second");

        Delivery[] got = [await _receiver.NextAsync(), await _receiver.NextAsync(), await _receiver.NextAsync(), await _receiver.NextAsync()];
        Assert.Single(got[..3].Select(one => one.Headers["webhook-id"]).Distinct());
        Assert.Contains("second", got[3].Body, StringComparison.Ordinal);
        Assert.False(got[0].Headers.ContainsKey("webhook-signature"));
        await WaitAsync(() => running.Hooks.Endpoints[0].Counts is { Sent: 2, Failed: 0, Retries: 2 });
    }

    [Fact]
    public async Task Only_the_kinds_that_were_asked_for_are_told()
    {
        await using Running running = Run(new WebhookOptions { Urls = [_receiver.Url], Events = ["reload"] });
        _events.Add("transition", "a", "up", "down", "");
        _events.Add("reload", "zones", null, null, "in force");
        Assert.Contains("gslb.reload", (await _receiver.NextAsync()).Body, StringComparison.Ordinal);
        Assert.Empty(_receiver.Waiting);
    }

    [Fact]
    public async Task What_is_found_up_after_a_start_is_no_news()
    {
        await using Running running = Run(new WebhookOptions { Urls = [_receiver.Url] });
        _events.Add("transition", "a", "unknown", "up", "");
        _events.Add("transition", "a", "unknown", "down", "");
        Assert.Contains("\"to\":\"down\"", (await _receiver.NextAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_webhook_delays_no_other_and_loses_its_oldest()
    {
        await using Running running = Run(new WebhookOptions { Urls = [new Uri("http://127.0.0.1:1/"), _receiver.Url] });
        for (int i = 0; i < WebhookEndpoint.MostWaiting + 100; i++)
        {
            _events.Add("transfer", $"{i}", null, null, "");
            if (i % 100 == 0)
            {
                await _receiver.NextAsync();
                i++;
            }
        }

        await WaitAsync(() => running.Hooks.Endpoints[1].Counts.Sent > 500);
        await WaitAsync(() => running.Hooks.Endpoints[0].Counts is { Sent: 0, Waiting: > 500 });
    }

    [Fact]
    public async Task A_webhook_that_never_answers_well_is_given_up_after_so_many_tries()
    {
        var time = new FakeTime();
        _receiver.Failures = int.MaxValue;
        using var endpoint = new WebhookEndpoint(_receiver.Url, null, time, new Random(1), NullLogger.Instance);
        Task run = endpoint.RunAsync(_stop.Token);
        endpoint.Offer(new WebhookMessage("one", [1]));
        await WaitAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return endpoint.Counts is { Sent: 0, Failed: 1, Retries: WebhookEndpoint.MostTries - 1 };
        });
        Assert.Single(_receiver.Waiting.Select(one => one.Headers["webhook-id"]).Distinct());
        await _stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Of_nodes_with_one_store_one_tells_what_all_see_and_each_what_is_its_own()
    {
        using var redis = new PrivateRedis();
        await using Running one = Run(new WebhookOptions { Urls = [_receiver.Url] }, "node-1", redis.Configuration), two = Run(new WebhookOptions { Urls = [_receiver.Url] }, "node-2", redis.Configuration);
        foreach ((EventLog log, _) in ((EventLog, int)[])[(_events, 1), (two.Events, 2)])
        {
            log.Add("transition", "eu-west", "up", "down", "");
            log.Add("reload", "zones", null, null, "");
        }

        Delivery[] got = [await _receiver.NextAsync(), await _receiver.NextAsync(), await _receiver.NextAsync()];
        Assert.Equal(1, got.Count(d => d.Body.Contains("gslb.transition", StringComparison.Ordinal)));
        Assert.Equal(2, got.Count(d => d.Body.Contains("gslb.reload", StringComparison.Ordinal)));
        await WaitAsync(() => one.Hooks.LeftToOthers + two.Hooks.LeftToOthers == 1);
        redis.Kill();
        _events.Add("transition", "eu-west", "down", "up", "");
        Assert.Contains("\"to\":\"up\"", (await _receiver.NextAsync()).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "line 1: expected whsec_ and Base64, or a text of at least 16 characters")]
    [InlineData("whsec_!!!", "line 1: expected whsec_ and Base64")]
    [InlineData("# nothing", "has no secret")]
    public void A_bad_file_of_secrets_says_what_is_wrong(string line, string problem) => Assert.StartsWith(problem, WebhookSecrets.Read(SecretFile(line), out _), StringComparison.Ordinal);

    public void Dispose()
    {
        _stop.Dispose();
        _receiver.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 3_000, "it never came to be");
            await Task.Delay(10);
        }
    }

    private string SecretFile(params string[] lines)
    {
        string path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllLines(path, lines);
        return path;
    }

    private Running Run(WebhookOptions webhooks, string node = "node-1", string? redis = null)
    {
        EventLog events = node == "node-1" ? _events : new EventLog(TimeProvider.System);
        var options = new NodeOptions { Node = node, Webhooks = webhooks };
        GslbServer.State.RedisStore[] stores = redis is null ? [] : [new GslbServer.State.RedisStore(redis, "gslb", TimeProvider.System, options.Signer)];
        return new Running(new GslbServer.Webhooks(options, stores, events, TimeProvider.System, new Random(1), NullLogger.Instance), events, stores);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private readonly GslbServer.State.RedisStore[] _stores;

        public Running(GslbServer.Webhooks hooks, EventLog events, GslbServer.State.RedisStore[] stores) => (Hooks, Events, _stores, _run) = (hooks, events, stores, hooks.RunAsync(_stop.Token));

        public GslbServer.Webhooks Hooks { get; }

        public EventLog Events { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            Hooks.Dispose();
            _stop.Dispose();
            foreach (GslbServer.State.RedisStore store in _stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    private sealed record Delivery(Dictionary<string, string> Headers, string Body);

    /// <summary>A real HTTP server, which may fail first.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly SemaphoreSlim _arrived = new(0);
        private int _failures;

        public Receiver()
        {
            Url = new Uri($"http://127.0.0.1:{PrivateRedis.FreePort()}/hook/secret-path");
            _listener.Prefixes.Add(Url.GetLeftPart(UriPartial.Authority) + "/");
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Url { get; }

        public int Failures { set => _failures = value; }

        public ConcurrentQueue<Delivery> Waiting { get; } = new();

        public async Task<Delivery> NextAsync()
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(30)), "nothing arrived");
            Assert.True(Waiting.TryDequeue(out Delivery? got));
            return got;
        }

        public void Dispose()
        {
            _listener.Close();
            _arrived.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                    var delivery = new Delivery(context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync());
                    context.Response.StatusCode = _failures-- > 0 ? 503 : 204;
                    context.Response.Close();
                    Waiting.Enqueue(delivery);
                    _arrived.Release();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
            }
        }
    }
}
