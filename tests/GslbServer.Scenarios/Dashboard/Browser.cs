using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace GslbServer.Scenarios.Dashboard;

/// <summary>Debian's chromium, driven by Playwright. Writes down what no page may do: log an error, or ask another host than its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;

    private Browser(IPlaywright driver, IBrowser browser)
    {
        _driver = driver;
        _browser = browser;
    }

    /// <summary>Errors on consoles, exceptions, violations of the policy, and requests that went elsewhere.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public static async Task<Browser> StartAsync()
    {
        IPlaywright driver = await Playwright.CreateAsync();
        string path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(folder => Path.Combine(folder, "chromium")).First(File.Exists);
        // Who is root, as in containers, has no sandbox.
        return new Browser(driver, await driver.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-dev-shm-usage"], Timeout = 120_000 }));
    }

    /// <summary>A page of its own session, at an address.</summary>
    public async Task<IPage> OpenAsync(Uri address, int width = 1280, bool dark = false)
    {
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(60_000);
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Faults.Enqueue($"console: {message.Text}");
        };
        page.PageError += (_, error) => Faults.Enqueue($"exception: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority) + "/", StringComparison.Ordinal))
                Faults.Enqueue($"asks {request.Url}");
        };
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }
}
