using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GslbServer.Tests.Admin;

/// <summary>What a node is told in confidence it tells nobody: not in its log, not in a page, not in a problem.</summary>
public sealed class SecretsTests
{
    private const string Token = "token-that-nobody-may-read", Password = "password-that-nobody-may-read", Cookie = "0123456789abcdef0123456789abcdef", Tsig = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1yZWFkLWF0LWFsbA==";

    [Fact]
    public async Task No_secret_is_in_a_log_a_page_or_a_problem()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gslb-secrets-");
        using var log = new Lines();
        using var loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(log));
        var node = new AdminNode();
        var told = new List<string>();
        try
        {
            string cookies = Path.Combine(folder.FullName, "cookies"), keys = Path.Combine(folder.FullName, "keys");
            await File.WriteAllTextAsync(cookies, Cookie + "\n");
            await File.WriteAllTextAsync(keys, $"key \"xfer\" {{ algorithm hmac-sha256; secret \"{Tsig}\"; }};\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            await node.StartAsync(withTokens: true, $"alice admin {Token}\n", options => options with
            {
                Redis = [$"127.0.0.1:1,password={Password}"],
                Transports = options.Transports with { CookieSecretFile = cookies },
                Transfer = options.Transfer with { KeyFile = keys },
            }, loggers);
            foreach (string path in (string[])["/api/v1/status", "/metrics", "/", "/api/v1/audit", "/api/v1/whoami", "/openapi/v1.json", $"/{Token}", $"/api/v1/explain?name={new string('x', 300)}&client=1"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", "Bearer " + Token } } };
                using HttpResponseMessage response = await node.Http.SendAsync(request);
                told.Add(response + await response.Content.ReadAsStringAsync());
            }

            // Files in the middle of an edit: what cannot be read must not be printed.
            await File.WriteAllTextAsync(node.TokenFile, $"alice boss {Token}\n{Token} {Token} {Token} {Token}\nalice {Token}\n");
            await File.WriteAllTextAsync(keys, $"key \"xfer\" {{ algorithm hmac-sha256; secret {Tsig} \"{Tsig} }};\n");
            await File.WriteAllTextAsync(cookies, Cookie + Cookie + "x\n");
            foreach (string bearer in (string[])[Token, Token + "x", Token])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reload") { Headers = { { "Authorization", "Bearer " + bearer } } };
                using HttpResponseMessage response = await node.Http.SendAsync(request);
                told.Add(response + await response.Content.ReadAsStringAsync());
            }

            told.Add(await node.Http.GetStringAsync("/api/v1/audit"));
            told.Add(await node.Http.GetStringAsync("/api/v1/status"));
        }
        finally
        {
            await node.DisposeAsync();
            folder.Delete(recursive: true);
        }

        told.AddRange(log.All);
        Assert.Contains(told, text => text.Contains("this is no role", StringComparison.Ordinal));
        Assert.All(told, text => Assert.All((string[])[Token, Password, Cookie, Tsig], secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
