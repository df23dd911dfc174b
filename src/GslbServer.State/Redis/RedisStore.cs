using System.Security.Cryptography;
using GslbServer.Steering;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>A Redis that nodes share. Every call has a deadline; a Redis that is away or hangs costs its callers an exception and nobody else anything. Keys:
/// <see cref="Keys"/>.</summary>
public sealed class RedisStore : IStateStore, IHasAudit
{
    /// <summary>The answer of <see cref="RedisScripts.WriteReport"/>.</summary>
    private const int Lacking = 2;

    private readonly RedisConnection _connection;
    private readonly StateSigner _signer;
    private readonly ReportReader _reader;
    private readonly ReportWriter _writer = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly RedisLatencyStore _latency;
    private readonly RedisHeartbeats _heartbeats;
    private readonly RedisAuditStore _audit;
    private readonly RedisLeaseStore _leases;
    private readonly RedisSealedStore _sealed;
    private readonly RedisSharedRecords _zones;

    /// <summary>What was read last and not believed, which must not fence off what is true: by node, boot and sequence; by target, the record.</summary>
    private volatile Refused _refused = new([], []);

    /// <param name="configuration">A StackExchange.Redis configuration string that <see cref="Check"/> accepts.</param>
    /// <param name="cluster">Prefix of every key and channel.</param>
    /// <remarks>Does not connect: that happens in the background, from now on.</remarks>
    /// <param name="signer">Null signs nothing.</param>
    public RedisStore(string configuration, string cluster, TimeProvider time, StateSigner? signer = null)
    {
        _signer = signer ?? StateSigner.Off;
        _reader = new ReportReader(_signer);
        ConfigurationOptions options = RedisConfiguration.Parse(configuration);
        Name = RedisConfiguration.NameOf(options);
        _connection = new RedisConnection(options, cluster, Hint, time);
        _latency = new RedisLatencyStore(_connection, Name, _signer);
        _audit = new RedisAuditStore(_connection, Name, _signer, time);
        _heartbeats = new RedisHeartbeats(_connection, Name, _signer);
        _leases = new RedisLeaseStore(_connection, Name);
        _sealed = new RedisSealedStore(_connection, Name);
        _zones = new RedisSharedRecords(_connection, Name, _signer);
    }

    public string Name { get; }

    public event Action? Hinted;

    /// <summary>Round trips, on the same connection.</summary>
    public ILatencyStore Latency => _latency;

    /// <summary>Load of balancers, on the same connection.</summary>
    public IHeartbeatStore Heartbeats => _heartbeats;

    /// <summary>Token buckets of balancers, on the same connection.</summary>
    public ILeaseStore Leases => _leases;

    /// <summary>Keys that only nodes can open, on the same connection.</summary>
    public ISealedStore Sealed => _sealed;

    /// <summary>Records about zones, on the same connection.</summary>
    public ISharedRecords Zones => _zones;

    IAuditStore IHasAudit.Audit => _audit;

    /// <summary>Whether a configuration string can be used.</summary>
    /// <returns>What is wrong with it, without its secrets; null when nothing is.</returns>
    public static string? Check(string configuration)
    {
        try
        {
            ConfigurationOptions options = RedisConfiguration.Parse(configuration);
            return options.EndPoints.Count == 0 ? "no endpoint (expected host:port[,option=value...])" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return RedisConfiguration.Values(configuration).Aggregate(e.Message, (message, value) => message.Replace(value, "...", StringComparison.Ordinal));
        }
    }

    public async Task<StoreContents> ReadAsync(CancellationToken cancel)
    {
        Task<HeartbeatsRead> heartbeats = _heartbeats.ReadAsync(cancel);
        Task<StoreContents> records = ReadRecordsAsync(cancel);
        await Task.WhenAll(heartbeats, records).ConfigureAwait(false);
        StoreContents contents = await records.ConfigureAwait(false);
        HeartbeatsRead read = await heartbeats.ConfigureAwait(false);
        return contents with { Heartbeats = read.Loads, Unreadable = contents.Unreadable + read.Unreadable, Forged = contents.Forged + read.Forged };
    }

    private async Task<StoreContents> ReadRecordsAsync(CancellationToken cancel)
    {
        Keys keys = await _connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisValue[] limits =
        [
            keys.ReportPrefix, RedisScripts.MaxRecord, RedisScripts.MaxAnswer, RedisScripts.MaxNodes, RedisScripts.MaxOverrides, RedisScripts.MaxOverride,
        ];
        RedisResult result = await _connection.EvaluateAsync(RedisScripts.Read, [keys.Nodes, keys.Overrides],
            [.. limits, .. _reader.Have.SelectMany(have => new RedisValue[] { have.Node, have.Boot, have.Revision })], cancel).ConfigureAwait(false);
        try
        {
            return Contents(keys, Values(result));
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{Name} answered a read with something else", e);
        }
    }

    public async Task WriteReportAsync(VantageReport report, bool announce, CancellationToken cancel)
    {
        // What is written builds upon what was written before.
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            int written = await WriteAsync(_writer.Next(report), announce, cancel).ConfigureAwait(false);
            if (written == Lacking)
            {
                _writer.Forget();
                await WriteAsync(_writer.Next(report), announce, cancel).ConfigureAwait(false);
            }
        }
        catch
        {
            _writer.Forget();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task WriteOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        Keys keys = await _connection.ReadyAsync(cancel).ConfigureAwait(false);
        var arguments = new List<RedisValue> { keys.Changed };
        foreach (OperatorOverride value in overrides)
        {
            byte[] record = _signer.Seal(OverrideName(keys, value.Target), StateJson.Write(value));
            arguments.AddRange([value.Target, value.Revision, record, _refused.Overrides.GetValueOrDefault(value.Target, [])]);
        }

        await _connection.EvaluateAsync(RedisScripts.WriteOverrides, [keys.Overrides], [.. arguments], cancel).ConfigureAwait(false);
    }

    public async Task RemoveOverridesAsync(IReadOnlyList<OperatorOverride> overrides, CancellationToken cancel)
    {
        Keys keys = await _connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisValue[] arguments = [.. overrides.SelectMany(value => new RedisValue[] { value.Target, value.Revision })];
        await _connection.EvaluateAsync(RedisScripts.RemoveOverrides, [keys.Overrides], arguments, cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    /// <summary>For what an override is signed.</summary>
    private static string OverrideName(Keys keys, string target) => $"{keys.Overrides}#{target}";

    private async Task<int> WriteAsync(ReportWrite write, bool announce, CancellationToken cancel)
    {
        Keys keys = await _connection.ReadyAsync(cancel).ConfigureAwait(false);
        string key = keys.ReportPrefix + write.Node;
        (string boot, string sequence) = _refused.Reports.GetValueOrDefault(write.Node, ("", ""));
        return (int)await _connection.EvaluateAsync(RedisScripts.WriteReport, [keys.Nodes, key],
        [
            write.Node, write.Boot, write.Sequence, write.Revision, write.Before,
            _signer.Tag(ReportNames.Header(key), ReportWrite.Header(write.Boot, write.Sequence, write.Revision)),
            write.Record ?? [], write.Record is null ? "" : _signer.Tag(ReportNames.Record(key, write.Boot, write.Revision), ReportNames.Neutral(write.Record)),
            write.Delta is null ? [] : _signer.Seal(ReportNames.Delta(key, write.Boot, write.Revision), write.Delta),
            (long)Keys.ReportLifetime.TotalMilliseconds, announce ? keys.Changed : "", StoredReport.MaxLead, boot, sequence,
        ], cancel).ConfigureAwait(false);
    }

    /// <summary>Called by the connection, which may hint before the constructor has ended.</summary>
    private void Hint()
    {
        Hinted?.Invoke();
        _latency?.Hint();
        _zones?.Hint();
    }

    private StoreContents Contents(Keys keys, RedisResult[] result)
    {
        if (result.Length != 4)
            throw new InvalidCastException();
        var reports = new List<VantageReport>();
        var overrides = new List<OperatorOverride>();
        var refused = new Refused([], []);
        int unreadable = (int)result[2], forged = 0;
        HashSet<string> present = [];
        foreach (RedisResult[] fields in Values(result[0]).Select(Values))
        {
            string node = Text(fields, 0);
            present.Add(node);
            bool isForged = false;
            if (Stored(node, fields) is { } stored && _reader.TryRead(keys.ReportPrefix + node, stored, out isForged) is { } report)
            {
                reports.Add(report);
                continue;
            }

            refused.Reports[node] = (Text(fields, 1), Text(fields, 2));
            forged += isForged ? 1 : 0;
            // The store has counted what it could not even give.
            unreadable += isForged || fields.Length == 3 ? 0 : 1;
        }

        bool isPartial = (int)result[3] != 0;
        if (!isPartial)
            _reader.KeepOnly(present);
        RedisResult[] held = Values(result[1]);
        for (int i = 0; i + 1 < held.Length; i += 2)
        {
            (string target, byte[]? record) = (Text(held, i), (byte[]?)held[i + 1]);
            bool isForged = !_signer.TryOpen(OverrideName(keys, target), record, out byte[]? json);
            // A record under another target's name would be two records for one target.
            if (!isForged && StateJson.TryReadOverride(json, out OperatorOverride? value) && value.Target == target)
            {
                overrides.Add(value);
                continue;
            }

            forged += isForged ? 1 : 0;
            unreadable += isForged ? 0 : 1;
            if (isForged && record is not null)
                refused.Overrides[target] = record;
        }

        _refused = refused;
        return new StoreContents(reports, overrides, unreadable) { Forged = forged, IsPartial = isPartial };
    }

    private static StoredReport? Stored(string node, RedisResult[] fields)
    {
        if (fields.Length != 9 || !StoredReport.TryNumber(Text(fields, 1), out long boot) || !StoredReport.TryNumber(Text(fields, 2), out long sequence))
            return null;
        string revision = Text(fields, 3);
        long number = 0, recordNumber = 0;
        if (revision.Length > 0 && (!StoredReport.TryNumber(revision, out number) || !StoredReport.TryNumber(Text(fields, 5), out recordNumber) || number == 0))
            return null;
        return new StoredReport(node, boot, sequence, number, Text(fields, 4), recordNumber, (byte[]?)fields[6], Text(fields, 7), [.. Values(fields[8]).Select(delta => (byte[]?)delta ?? [])]);
    }

    private static string Text(RedisResult[] fields, int index) => (string?)fields[index] ?? "";

    private static RedisResult[] Values(RedisResult result) => (RedisResult[]?)result ?? [];

    private sealed record Refused(Dictionary<string, (string Boot, string Sequence)> Reports, Dictionary<string, byte[]> Overrides);
}
