using GslbServer.Dns;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Looks after the key directory of a node: exchanges it with the other nodes, and rolls zone-signing keys when their time comes. What it writes takes effect as any change of files does.</summary>
internal sealed partial class KeyKeeper
{
    /// <summary>Between looks: a key that was made here is at all nodes within two of them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>After this time a node that lives has been heard.</summary>
    private static readonly TimeSpan HearingOut = TimeSpan.FromSeconds(30);

    private readonly KeyDirectory _directory;
    private readonly KeySharing? _sharing;
    private readonly NodeOptions _options;
    private readonly StateFeed _feed;
    private readonly AuditTrail _audit;
    private readonly Func<DomainName, TimeSpan> _longestTtl;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private HashSet<string> _told = [];

    /// <param name="longestTtl">Of a zone in force: a key goes no sooner than that allows, whatever its policy says.</param>
    public KeyKeeper(NodeOptions options, IReadOnlyList<ISealedStore> stores, StateFeed feed, AuditTrail audit, Func<DomainName, TimeSpan> longestTtl, TimeProvider time, ILogger logger)
    {
        (_options, _feed, _audit, _longestTtl, _time, _logger) = (options, feed, audit, longestTtl, time, logger);
        _directory = new KeyDirectory(options.KeyDirectory);
        _sharing = options.KeySealer is { } sealer ? new KeySharing(_directory, sealer, options.Cluster, stores) : null;
        _startedAt = time.GetTimestamp();
    }

    /// <summary>Of each zone with keys, as last looked at.</summary>
    public IReadOnlyList<ZoneKeysView> Zones { get; private set; } = [];

    /// <summary>What an operator should know of the keys.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Files that cannot be used now.</summary>
    public int Errors { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                await LookAsync(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Gets the keys that other nodes have, before this one answers for the first time: a zone whose keys are not here would be served unsigned. Waits a few seconds for a store, no more.</summary>
    /// <returns>Whether any came, so that zones have to be loaded again.</returns>
    public async Task<bool> StartAsync(CancellationToken cancel)
    {
        const int tries = 10;
        for (int i = 0; i < tries && _sharing is not null && !await TryExchangeAsync(cancel); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), _time, cancel);
        }

        View([]);
        return _sharing?.Brought > 0;
    }

    private async Task<bool> TryExchangeAsync(CancellationToken cancel)
    {
        try
        {
            return await _sharing!.ExchangeAsync(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;    // said with the next look
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var warnings = new List<string>();
        try
        {
            if (_sharing is not null)
            {
                await _sharing.ExchangeAsync(cancel);
                warnings.AddRange(_sharing.Refused);
            }

            Roll(warnings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warnings.Add($"{_directory.Path}: cannot be written, so keys do not come and go: {e.Message}");
        }

        View(warnings);
    }

    private void Roll(List<string> warnings)
    {
        DateTimeOffset now = _time.GetUtcNow();
        KeyDirectoryContents contents = _directory.Read();
        ZoneKeys[] due = [.. contents.Unclear.Count > 0 ? [] : contents.Zones.Values.Where(z => !contents.Errors[z.Zone].Any() && z.Bundle is null && !ZskRollover.Plan(z.Keys, z.Policy, now).IsEmpty)];
        if (due.Length == 0 || !IsMine(due, warnings))
        {
            return;
        }

        using IDisposable? claim = _directory.TryClaim(now);
        if (claim is null)
        {
            return;
        }

        // Whoever had the claim before may have done it.
        contents = _directory.Read();
        foreach (ZoneKeys zone in due.Select(z => contents.Zones.GetValueOrDefault(z.Zone)).OfType<ZoneKeys>())
        {
            TimeSpan longest = _longestTtl(zone.Zone);
            Carry(zone, ZskRollover.Plan(zone.Keys, longest > zone.Policy.MaxTtl ? zone.Policy with { MaxTtl = longest } : zone.Policy, now));
        }
    }

    /// <summary>One node of those that share their keys rolls: the first by name of those that are heard. One that hears of others and does not share with them must not: they would not have the key.</summary>
    private bool IsMine(ZoneKeys[] due, List<string> warnings)
    {
        if (_options.Redis.Count == 0)
        {
            return true;
        }

        if (_feed.Mode != StateMode.Fresh || _time.GetElapsedTime(_startedAt) < HearingOut)
        {
            return false;
        }

        string[] others = [.. _feed.Vantages.Where(v => !v.IsSelf && !v.Report.Leaving && !v.Report.IsWitness && _feed.Now - v.LastAdvanced < HealthMerge.Freshness).Select(v => v.Report.Node)];
        if (_sharing is null && others.Length > 0)
        {
            warnings.Add($"the zone-signing key of {string.Join(' ', due.Select(z => z.Zone))} is due, and is not rolled by itself: {string.Join(' ', others)} would not have the new one. Share keys by --keys-secret, or roll by hand and copy them");
            return false;
        }

        return others.All(other => string.CompareOrdinal(_options.Node, other) < 0);
    }

    private void Carry(ZoneKeys zone, KeyPlan plan)
    {
        var done = new List<string>();
        if (plan.Create is { } wanted)
        {
            ZoneKey made = KeyBundleMaker.Make(zone.Zone, wanted, zone.Keys, zone.Keys.FirstOrDefault(k => k.Key.Algorithm == DnssecAlgorithm.RSASHA256) is { } rsa ? rsa.Key.PublicKey.Length / 128 * 1024 : 2048);
            _directory.Write(made);
            done.Add($"key {made.Label} made, signs from {made.Times.Activate:u}");
        }

        foreach (ZoneKey changed in plan.Change)
        {
            _directory.Write(changed);
            done.Add($"key {changed.Label} {(changed.Times.Inactive is { } end ? $"signs until {end:u}, " : "")}goes at {changed.Times.Delete:u}");
        }

        if (done.Count == 0)
        {
            return;
        }

        string result = string.Join("; ", done);
        Log.Rolled(_logger, zone.Zone, result);
        _audit.Add("keys", $"{zone.Zone}", entry => entry with { Origin = "rollover", Result = result });
    }

    private void View(List<string> warnings)
    {
        DateTimeOffset now = _time.GetUtcNow();
        KeyDirectoryContents contents = _directory.Read();
        string[] errors = [.. contents.AllErrors];
        Zones = [.. contents.Zones.Values.OrderBy(z => z.Zone).Select(z => ZoneKeysView.Of(z, now))];
        Errors = errors.Length;
        Warnings = [.. errors, .. warnings, .. Zones.SelectMany(z => z.Warnings)];
        foreach (string warning in Warnings.Where(w => !_told.Contains(w)))
        {
            Log.Warned(_logger, warning);
        }

        _told = [.. Warnings];
    }

    private static partial class Log
    {
        [LoggerMessage(801, LogLevel.Information, "Keys of {Zone}: {Result}")]
        public static partial void Rolled(ILogger logger, DomainName zone, string result);

        [LoggerMessage(802, LogLevel.Warning, "{Warning}")]
        public static partial void Warned(ILogger logger, string warning);
    }
}
