namespace GslbServer;

/// <summary>Something that changed, for <c>GET /api/v1/events</c>.</summary>
/// <param name="Kind"><c>transition</c>, <c>override</c>, <c>reload</c>, <c>decision</c>.</param>
/// <param name="Subject">Monitor, target or file.</param>
public sealed record NodeEvent(long Id, DateTimeOffset At, string Kind, string Subject, string? From, string? To, string Detail);

/// <summary>The last events, and those to come, for any number of readers.</summary>
public sealed class EventLog(TimeProvider time)
{
    private readonly TimeProvider _time = time;

    public void Add(string kind, string subject, string? from, string? to, string detail) => throw new NotImplementedException(_time.ToString());

    /// <summary>Those after <paramref name="afterId"/> that are still kept, then every new one as it comes. A slow reader loses the oldest.</summary>
    public IAsyncEnumerable<NodeEvent> ReadAsync(long afterId, CancellationToken cancel) => throw new NotImplementedException();
}
