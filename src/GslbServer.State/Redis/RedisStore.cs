using System.Globalization;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>A Redis that nodes share. Every call has a deadline; a Redis that is away or hangs costs its callers an exception and nobody else anything. Keys:
/// <see cref="Keys"/>.</summary>
public sealed class RedisStore : IStateStore
{
    private readonly Keys _keys;
    private readonly RedisConnection _connection;
    private readonly ReportCache _read = new();
    private readonly RedisLatencyStore _latency;

    /// <param name="configuration">A StackExchange.Redis configuration string that <see cref="Check"/> accepts.</param>
    /// <param name="cluster">Prefix of every key and channel.</param>
    /// <remarks>Does not connect: that happens in the background, from now on.</remarks>
    public RedisStore(string configuration, string cluster, TimeProvider time, ILogger<RedisStore> logger)
    {
        _keys = new Keys(cluster);
        ConfigurationOptions options = RedisConfiguration.Parse(configuration);
        Name = RedisConfiguration.NameOf(options);
        _connection = new RedisConnection(options, Name, _keys.Changed, Hint, time, logger);
        _latency = new RedisLatencyStore(_connection, _keys, Name);
    }

    public string Name { get; }

    public event Action? Hinted;

    /// <summary>Round trips, on the same connection.</summary>
    public ILatencyStore Latency => _latency;

    /// <summary>Whether a configuration string can be used.</summary>
    /// <returns>What is wrong with it, without its secrets; null when nothing is.</returns>
    public static string? Check(string configuration)
    {
        try
        {
            ConfigurationOptions options = RedisConfiguration.Parse(configuration);
            if (options.EndPoints.Count == 0)
                return "no endpoint (expected host:port[,option=value...])";
            return RedisConfiguration.NeedsIPv6(options) && !RedisConfiguration.HasIPv6
                ? "IPv6 addresses need a build with StackExchange.Redis 2 or later (this one connects by IPv4 alone)" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return e.Message;
        }
    }

    public async Task<StoreContents> ReadAsync(CancellationToken cancel)
    {
        RedisResult result = await _connection.EvaluateAsync(RedisScripts.Read, [_keys.Nodes, _keys.Overrides],
            [_keys.ReportPrefix, RedisScripts.MaxRecord.ToString(CultureInfo.InvariantCulture), .. _read.Known], cancel).ConfigureAwait(false);
        try
        {
            return Contents((RedisResult[]?)result ?? []);
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{Name} answered a read with something else", e);
        }
    }

    public Task WriteReportAsync(VantageReport report, bool announce, CancellationToken cancel)
    {
        var form = ReportForm.Of(report);
        return _connection.EvaluateAsync(RedisScripts.WriteReport, [_keys.Nodes, _keys.ReportPrefix + report.Node],
            [
                report.Node, report.Boot, report.Sequence, form.Record, (long)Keys.ReportLifetime.TotalMilliseconds, announce ? _keys.Changed : "",
                report.Body, form.Head, form.Packed,
            ], cancel);
    }

    public Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        var arguments = new List<RedisValue> { _keys.Changed };
        foreach (OperatorOverride value in overrides)
            arguments.AddRange([value.Target, value.Revision, StateJson.Write(value)]);
        return _connection.EvaluateAsync(RedisScripts.WriteOverrides, [_keys.Overrides], [.. arguments], cancel);
    }

    public Task RemoveOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel) => _connection.EvaluateAsync(
        RedisScripts.RemoveOverrides, [_keys.Overrides], [.. overrides.SelectMany(value => new RedisValue[] { value.Target, value.Revision })], cancel);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Called by the connection, which may hint before the constructor has ended.</summary>
    private void Hint()
    {
        Hinted?.Invoke();
        _latency?.Hint();
    }

    private StoreContents Contents(RedisResult[] result)
    {
        if (result.Length != 3)
            throw new InvalidCastException();
        var reports = new List<VantageReport>();
        var overrides = new List<OperatorOverride>();
        int unreadable = (int)result[2];
        RedisResult[] held = (RedisResult[]?)result[0] ?? [];
        for (int i = 0; i + 4 < held.Length; i += 5)
        {
            if (_read.TryRead((string?)held[i] ?? "", (string?)held[i + 1] ?? "", (string?)held[i + 2] ?? "", (string?)held[i + 3] ?? "", (byte[]?)held[i + 4]) is { } report)
                reports.Add(report);
            else
                unreadable++;
        }

        _read.KeepOnly(reports);

        RedisResult[] fields = (RedisResult[]?)result[1] ?? [];
        for (int i = 0; i + 1 < fields.Length; i += 2)
        {
            // A record under another target's name would be two records for one target.
            if (StateJson.TryReadOverride((byte[]?)fields[i + 1], out OperatorOverride? value) && value.Target == (string?)fields[i])
                overrides.Add(value);
            else
                unreadable++;
        }

        return new StoreContents(reports, overrides, unreadable);
    }
}
