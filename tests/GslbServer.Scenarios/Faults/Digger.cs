using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <param name="Name">A steered name.</param>
/// <param name="Subnet">The /24 that the client is in.</param>
public sealed record Question(string Name, string Subnet);

/// <summary>One query and what came of it.</summary>
/// <param name="SentAt">On the clock of <see cref="Stopwatch"/>.</param>
/// <param name="Rcode">Null: no reply.</param>
/// <param name="Addresses">Sorted.</param>
public sealed record Dug(int Node, Question Question, long SentAt, int? Rcode, string[] Addresses, int Ttl)
{
    public override string ToString() => $"node-{Node + 1} {Question.Name} for {Question.Subnet}/24: {(Rcode is { } code ? $"rcode {code}, {string.Join(' ', Addresses)}, TTL {Ttl}" : "no reply")}";
}

/// <summary>Asks every node all the time, in turn every question, and keeps what each said. A client like any other: UDP from a machine of its own.</summary>
public sealed class Digger : IAsyncDisposable
{
    /// <summary>Between two queries to one node.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Later than this a reply is none. Long: a busy machine is not the node's fault.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Dug> _all = [];
    private readonly IReadOnlyList<Question> _questions;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lane[] _lanes;
    private readonly Task _work;

    public Digger(PathHost client, IReadOnlyList<IPEndPoint> nodes, IReadOnlyList<Question> questions)
    {
        _questions = questions;
        _lanes = [.. nodes.Select((to, node) => new Lane(node, to, client.UdpSocket()))];
        _work = Task.WhenAll([.. _lanes.Select(lane => Task.Run(() => AskAsync(lane))), .. _lanes.Select(lane => Task.Run(() => HearAsync(lane)))]);
    }

    /// <summary>Queries whose fate is known; the place for <see cref="Since"/>.</summary>
    public int Count
    {
        get { lock (_lock) return _all.Count; }
    }

    public IReadOnlyList<Dug> Since(int from)
    {
        lock (_lock) return [.. _all.Skip(from)];
    }

    /// <summary>Waits until everything that was asked before now has its reply, or none in time.</summary>
    public async Task SettleAsync()
    {
        long now = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => _lanes.All(lane => !lane.HasOlder(now)), () => "queries without a fate");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Lane lane in _lanes) lane.Socket.Dispose();
        await _work;
        _stop.Dispose();
    }

    private async Task AskAsync(Lane lane)
    {
        for (ushort id = 1; !_stop.IsCancellationRequested; id++)
        {
            Question question = _questions[id % _questions.Count];
            lock (lane.Waiting) lane.Waiting[id] = (question, Stopwatch.GetTimestamp());
            try
            {
                await lane.Socket.SendToAsync(DnsMessage.Query(id, question.Name, IPAddress.Parse(question.Subnet)), lane.To);
                await Task.Delay(Pause, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Refused by a dead node, or the end; the query itself waits out its time.
            }

            foreach ((Question lost, long sentAt) in lane.TakeOlder(Stopwatch.GetTimestamp() - (long)(Patience.TotalSeconds * Stopwatch.Frequency)))
                Add(new Dug(lane.Node, lost, sentAt, null, [], 0));
        }
    }

    private async Task HearAsync(Lane lane)
    {
        byte[] buffer = new byte[4096];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await lane.Socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (DnsMessage.Read(buffer.AsSpan(0, received.ReceivedBytes)) is { } reply && lane.Take(reply.Id) is { } asked)
                    Add(new Dug(lane.Node, asked.Question, asked.SentAt, reply.Rcode, reply.Addresses, reply.Ttl));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // ICMP of a dead node, or the end. The socket has no address before the first query.
                await Task.Delay(Pause);
            }
        }
    }

    private void Add(Dug dug)
    {
        lock (_lock) _all.Add(dug);
    }

    private sealed record Lane(int Node, IPEndPoint To, Socket Socket)
    {
        public Dictionary<ushort, (Question Question, long SentAt)> Waiting { get; } = [];

        public bool HasOlder(long than)
        {
            lock (Waiting) return Waiting.Values.Any(w => w.SentAt <= than);
        }

        public (Question Question, long SentAt)? Take(ushort id)
        {
            lock (Waiting) return Waiting.Remove(id, out var asked) ? asked : null;
        }

        public List<(Question Question, long SentAt)> TakeOlder(long than)
        {
            lock (Waiting)
            {
                ushort[] old = [.. Waiting.Where(w => w.Value.SentAt <= than).Select(w => w.Key)];
                return [.. old.Select(id => Take(id)!.Value)];
            }
        }
    }
}
