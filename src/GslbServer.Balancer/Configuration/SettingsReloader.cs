using System.Threading.Channels;
using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>Puts changed settings in force: when the text of a file has changed and is at rest, or when somebody asks. A bad configuration changes nothing.</summary>
internal sealed class SettingsReloader(
    SettingsSource source, Settings atStart, ServingState state, InMemoryConfigProvider proxy, PanicThresholds thresholds, L4Service l4, CertificateStore certificates, ReloadCounters counters, ServiceManager manager, TimeProvider time,
    ILogger<SettingsReloader> logger) : BackgroundService
{
    // Comparing the text, and not watching the folder, works the same on bind mounts, symbolic links and network file systems.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a reload now; it follows soon. Never blocks.</summary>
    public void Ask() => _asked.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        string[] inForce = Texts(), before = inForce;
        using var timer = new PeriodicTimer(LookEvery, time);
        Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask(), asked = _asked.Reader.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            await await Task.WhenAny(tick, asked);
            // Looked at once: what is asked from here on is for the next turn, and never lost.
            bool isAsked = asked.IsCompleted;
            if (isAsked)
            {
                _asked.Reader.TryRead(out _);
                asked = _asked.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }

            string[] now = Texts();
            bool changedAndAtRest = !now.SequenceEqual(inForce) && now.SequenceEqual(before);
            if (isAsked || changedAndAtRest)
            {
                inForce = now;
                if (isAsked) manager.Reloading();
                await TryReloadAsync();
                if (isAsked) manager.Ready(Supervision.Serving);
            }

            before = now;
            if (tick.IsCompleted) tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        }
    }

    /// <summary>Whatever goes wrong with a reload, the balancer goes on, and the next one is tried.</summary>
    private async Task TryReloadAsync()
    {
        try
        {
            await ReloadAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Refuse([error.Message]);
        }
    }

    private async Task ReloadAsync()
    {
        (Settings? next, IReadOnlyList<string> errors) = await source.ReadAsync();
        if (next is null)
        {
            Refuse(errors);
            return;
        }

        if (!l4.TryApply(next.Options.L4, out errors))
        {
            Refuse(errors);
            return;
        }

        if (!next.Options.Admin.Equals(state.Settings.Options.Admin)) Log.AdminNeedsRestart(logger, $"{next.Options.Admin}");
        foreach (string setting in FixedAtStart.Changed(atStart.Options, next.Options)) Log.NeedsRestart(logger, setting);
        Settings before = state.Settings;
        certificates.Apply(next);
        state.Publish(next);
        proxy.Update(next.Routes, next.Clusters);
        thresholds.Apply(before, next);
        counters.CountApplied();
    }

    private void Refuse(IReadOnlyList<string> errors)
    {
        counters.CountRefused();
        string lines = string.Join('\n', errors.Select(error => "  " + error));
        Log.Refused(logger, errors.Count, lines);
    }

    private string[] Texts() => [.. source.Files.Select(Text)];

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
