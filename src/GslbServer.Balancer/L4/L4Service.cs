using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>Everything of <c>Balancer:L4</c>: opens and closes addresses as the settings say, ends what is idle, drains. One reload at a time; everything else is read by many.</summary>
internal sealed class L4Service(Settings atStart, TimeProvider time, ILogger<L4Service> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500), LookWhileDraining = TimeSpan.FromMilliseconds(50);

    /// <summary>While draining, what says nothing for so long has ended: UDP knows no other end.</summary>
    private static readonly TimeSpan IdleWhileDraining = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(L4Protocol Protocol, IPEndPoint EndPoint), IL4Front> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private volatile Dictionary<string, L4Listener> _listeners = [];
    /// <summary>Those that a reload took away, while something is still open.</summary>
    private volatile L4Listener[] _leaving = [];
    private Task _sweeping = Task.CompletedTask, _draining = Task.CompletedTask;

    public IEnumerable<L4Listener> Listeners => _listeners.Values.OrderBy(listener => listener.Name, StringComparer.Ordinal);

    /// <summary>Connections and sessions open now.</summary>
    public int Active => _listeners.Values.Concat(_leaving).Sum(listener => listener.Active);

    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!TryApply(atStart.Options.L4, out IReadOnlyList<string> errors)) throw new IOException(string.Join('\n', errors));
        _sweeping = SweepAsync();
        return Task.CompletedTask;
    }

    /// <summary>Puts new settings in force, or says why not and changes nothing: new addresses are opened first.</summary>
    public bool TryApply(IReadOnlyDictionary<string, L4Settings> wanted, out IReadOnlyList<string> errors)
    {
        List<IL4Front> opened = [];
        List<string> problems = [];
        foreach ((string name, L4Settings settings) in wanted)
        {
            foreach (IPEndPoint endPoint in settings.Listen.Where(endPoint => !_open.ContainsKey((settings.Protocol, endPoint))))
            {
                try
                {
                    opened.Add(settings.IsUdp ? new UdpFront(endPoint) : new TcpFront(endPoint, time));
                }
                catch (SocketException error)
                {
                    problems.Add($"Balancer:L4:{name}:Listen: cannot listen on {endPoint}: {error.Message}");
                }
            }
        }

        errors = problems;
        if (problems.Count > 0) foreach (IL4Front front in opened) front.Dispose();
        else Apply(wanted, opened);
        return problems.Count == 0;
    }

    /// <summary>Takes nobody new and returns when nothing is open; what is left when the token is cancelled is broken off.</summary>
    /// <returns>How many were broken off.</returns>
    public Task<int> DrainAsync(CancellationToken breakOff)
    {
        Task<int> draining = DrainAllAsync(breakOff);
        _draining = draining;
        return draining;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The host stops this when HTTP has nothing left; here something may still be open.
        await _draining;
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync();
        await _sweeping;
        foreach (IL4Front front in _open.Values) front.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        foreach (L4Listener listener in _listeners.Values.Concat(_leaving)) await listener.DisposeAsync();
    }

    private async Task<int> DrainAllAsync(CancellationToken breakOff)
    {
        foreach (IL4Front front in _open.Values) front.Close();
        while (Active > 0 && !breakOff.IsCancellationRequested)
        {
            foreach (L4Listener listener in _listeners.Values.Concat(_leaving).Where(listener => listener.InForce.Settings.IsUdp)) CutIdle(listener, IdleWhileDraining);
            await Task.WhenAny(Task.Delay(LookWhileDraining, time, breakOff));
        }

        int left = Active;
        foreach (IL4Session session in _listeners.Values.Concat(_leaving).SelectMany(listener => listener.Sessions)) session.Cut();
        return left;
    }

    private void Apply(IReadOnlyDictionary<string, L4Settings> wanted, List<IL4Front> opened)
    {
        Dictionary<string, L4Listener> before = _listeners, next = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, L4Settings settings) in wanted)
        {
            // TCP and UDP have nothing in common but the name.
            if (before.GetValueOrDefault(name) is { } known && known.InForce.Settings.Protocol == settings.Protocol)
            {
                known.Apply(settings);
                next[name] = known;
            }
            else next[name] = new L4Listener(name, settings, time, logger);
        }

        _leaving = [.. _leaving.Concat(before.Values.Where(listener => !next.ContainsValue(listener)))];
        _listeners = next;
        foreach (IL4Front front in opened) _open[(front is UdpFront ? L4Protocol.Udp : L4Protocol.Tcp, front.EndPoint)] = front;
        foreach ((string name, L4Settings settings) in wanted)
        {
            foreach (IPEndPoint endPoint in settings.Listen) _open[(settings.Protocol, endPoint)].Owner = next[name];
        }

        CloseUnwanted(wanted);
        foreach (IL4Front front in opened) _ = front.RunAsync();
        if (opened.Count > 0) Log.L4Listening(logger, string.Join(", ", opened.Select(front => $"{front.EndPoint}/{(front is UdpFront ? "udp" : "tcp")}")));
    }

    /// <summary>Connections that came through an address outlive it; answers of UDP cannot.</summary>
    private void CloseUnwanted(IReadOnlyDictionary<string, L4Settings> wanted)
    {
        HashSet<(L4Protocol, IPEndPoint)> kept = [.. wanted.Values.SelectMany(settings => settings.Listen.Select(endPoint => (settings.Protocol, endPoint)))];
        foreach (((L4Protocol Protocol, IPEndPoint EndPoint) key, IL4Front front) in _open.Where(open => !kept.Contains(open.Key)).ToArray())
        {
            _open.Remove(key);
            if (front is UdpFront && front.Owner is { } owner)
            {
                foreach (IL4Session session in owner.Sessions.Where(session => session is UdpSession of && of.IsOf(front))) session.Cut();
            }

            front.Dispose();
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                foreach (L4Listener listener in _listeners.Values.Concat(_leaving)) CutIdle(listener, listener.InForce.Settings.IdleInForce);
                foreach (L4Listener gone in _leaving.Where(listener => listener.Active == 0))
                {
                    await gone.DisposeAsync();
                    _leaving = [.. _leaving.Where(listener => listener != gone)];
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    private static void CutIdle(L4Listener listener, TimeSpan idle)
    {
        TimeSpan now = listener.Now;
        foreach (IL4Session session in listener.Sessions) session.CutIfIdle(now, idle);
    }
}
