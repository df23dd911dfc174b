using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace GslbServer;

/// <summary>Something that changed, for <c>GET /api/v1/events</c>.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Subject">Monitor, target or file.</param>
public sealed record NodeEvent(long Id, DateTimeOffset At, string Kind, string Subject, string? From, string? To, string Detail)
{
    public static readonly IReadOnlyList<string> Kinds = ["circuit", "damping", "decision", "latency", "override", "reload", "transfer", "transition", "update", "zone"];
}

/// <summary>The last events, and those to come, for any number of readers.</summary>
public sealed class EventLog(TimeProvider time)
{
    /// <summary>Events kept for readers that come or return later.</summary>
    public const int Kept = 1_000;

    /// <summary>Events a reader may be behind before it loses the oldest.</summary>
    public const int ReaderBacklog = 1_000;

    private readonly TimeProvider _time = time;
    private readonly Lock _gate = new();
    private readonly Queue<NodeEvent> _last = new();
    private readonly List<Channel<NodeEvent>> _readers = [];
    private readonly SortedDictionary<string, long> _counts = new(NodeEvent.Kinds.ToDictionary(kind => kind, _ => 0L), StringComparer.Ordinal);
    private long _nextId = 1;

    public void Add(string kind, string subject, string? from, string? to, string detail)
    {
        Spans.Note(kind, subject, from, to, detail);
        lock (_gate)
        {
            var added = new NodeEvent(_nextId++, _time.GetUtcNow(), kind, subject, from, to, detail);
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _last.Enqueue(added);
            if (_last.Count > Kept)
            {
                _last.Dequeue();
            }

            foreach (Channel<NodeEvent> reader in _readers)
            {
                reader.Writer.TryWrite(added);
            }
        }
    }

    /// <summary>How many there were since the start, by kind.</summary>
    public IReadOnlyList<(string Kind, long Count)> Counts()
    {
        lock (_gate)
        {
            return [.. _counts.Select(one => (one.Key, one.Value))];
        }
    }

    /// <summary>The last events, oldest first.</summary>
    public IReadOnlyList<NodeEvent> Recent()
    {
        lock (_gate)
        {
            return [.. _last];
        }
    }

    /// <summary>Those after an id that are still kept, oldest first.</summary>
    public IReadOnlyList<NodeEvent> Since(long afterId)
    {
        lock (_gate)
        {
            return _nextId - 1 <= afterId ? [] : [.. _last.Where(e => e.Id > afterId)];
        }
    }

    /// <summary>Those after <paramref name="afterId"/> that are still kept, then every new one as it comes. A slow reader loses the oldest.</summary>
    public async IAsyncEnumerable<NodeEvent> ReadAsync(long afterId, [EnumeratorCancellation] CancellationToken cancel)
    {
        Channel<NodeEvent> mine = Channel.CreateBounded<NodeEvent>(
            new BoundedChannelOptions(ReaderBacklog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            foreach (NodeEvent kept in _last.Where(e => e.Id > afterId))
            {
                mine.Writer.TryWrite(kept);
            }

            _readers.Add(mine);
        }

        try
        {
            await foreach (NodeEvent next in mine.Reader.ReadAllAsync(cancel))
            {
                yield return next;
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers.Remove(mine);
            }
        }
    }
}
