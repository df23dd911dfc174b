using System.Collections.Concurrent;
using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Tells other servers of new serials until each has heard it (RFC 1996).</summary>
internal sealed partial class NotifySender(IReadOnlyList<ZonePeer> targets, TsigKeyStore keys, TimeProvider time, ILogger<NotifySender> logger) : IDisposable
{
    /// <summary>Until the next serial nobody is told more often: some five minutes.</summary>
    private const int Attempts = 10;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(DomainName Zone, IPEndPoint Target), Telling> _tellings = new();
    private readonly CancellationTokenSource _stop = new();

    public bool IsOn => targets.Count > 0;

    public IEnumerable<NotifyStatus> Status => _tellings.Select(t => t.Value.Status(t.Key)).OrderBy(s => s.Zone, StringComparer.Ordinal).ThenBy(s => s.Target, StringComparer.Ordinal);

    /// <summary>A zone has a new serial: whoever still is told of the one before is told of this one instead.</summary>
    public void Changed(Zone zone)
    {
        if (zone.IsExpired)
        {
            return;
        }

        TransferRecord soa = TransferSource.SoaOf(zone);
        foreach (ZonePeer target in targets.Where(t => t.Zone is null || t.Zone.Equals(zone.Apex)))
        {
            var telling = new Telling(zone.Serial);
            _tellings.AddOrUpdate((zone.Apex, target.EndPoint), telling, (_, before) =>
            {
                before.IsOver = true;
                return telling;
            });
            _ = Task.Run(() => TellAsync(soa, target, telling));
        }
    }

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task TellAsync(TransferRecord soa, ZonePeer target, Telling telling)
    {
        try
        {
            for (int attempt = 1; attempt <= Attempts && !telling.IsOver; attempt++)
            {
                string problem = await TryAsync(soa, target);
                telling.Note(attempt, problem, time.GetUtcNow());
                if (problem.Length == 0)
                {
                    Log.Told(logger, target.EndPoint, soa.Owner, telling.Serial);
                    return;
                }

                if (attempt == 1)
                {
                    Log.NotHeard(logger, target.EndPoint, soa.Owner, telling.Serial, problem);
                }

                TimeSpan pause = TimeSpan.FromSeconds(1 << Math.Min(attempt, 6));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (!telling.IsOver)
        {
            Log.GaveUp(logger, target.EndPoint, soa.Owner, telling.Serial, Attempts, telling.Problem);
        }
    }

    private async Task<string> TryAsync(TransferRecord soa, ZonePeer target)
    {
        TsigKey? key = target.Key is null ? null : keys.Current.Find(target.Key);
        if (target.Key is not null && key is null)
        {
            return $"key {target.Key} is not in {keys.File}";
        }

        (byte[]? reply, string problem) = await DnsExchange.AskAsync(target, key, (to, id) => TransferQuery.WriteNotify(to, id, soa), time, tries: 1, _stop.Token);
        if (reply is null)
        {
            return problem;
        }

        return TransferMessage.TryRead(reply, out TransferMessage message) && message.IsNotify && message.Rcode == Rcode.NoError ? ""
            : $"answers {message.Rcode.ToString().ToUpperInvariant()}";
    }

    /// <summary>One serial on its way to one server.</summary>
    private sealed class Telling(uint serial)
    {
        private volatile string _problem = "not yet told";
        private int _attempts;
        private DateTimeOffset? _at;

        public uint Serial => serial;

        public string Problem => _problem;

        public volatile bool IsOver;

        public void Note(int attempts, string problem, DateTimeOffset at)
        {
            (_attempts, _at) = (attempts, at);
            _problem = problem;
        }

        public NotifyStatus Status((DomainName Zone, IPEndPoint Target) key)
            => new(key.Zone.ToString(), key.Target.ToString(), serial, _problem.Length == 0, _attempts, _at, _problem.Length == 0 ? null : _problem);
    }

    private static partial class Log
    {
        [LoggerMessage(621, LogLevel.Information, "{Target} has heard of zone {Zone} serial {Serial}")]
        public static partial void Told(ILogger logger, IPEndPoint target, DomainName zone, uint serial);

        [LoggerMessage(622, LogLevel.Warning, "{Target} does not hear of zone {Zone} serial {Serial}: {Problem}. It is told again")]
        public static partial void NotHeard(ILogger logger, IPEndPoint target, DomainName zone, uint serial, string problem);

        [LoggerMessage(623, LogLevel.Error, "{Target} has not heard of zone {Zone} serial {Serial} after {Attempts} attempts: {Problem}")]
        public static partial void GaveUp(ILogger logger, IPEndPoint target, DomainName zone, uint serial, int attempts, string problem);
    }
}

/// <summary>Whether a server has heard of a zone's last serial.</summary>
internal sealed record NotifyStatus(string Zone, string Target, uint Serial, bool Heard, int Attempts, DateTimeOffset? At, string? Problem);
