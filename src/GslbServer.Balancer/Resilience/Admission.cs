namespace GslbServer.Balancer;

internal enum AdmissionResult
{
    Admitted,

    /// <summary>The queue was full of what is at least as urgent, or the wait was too long.</summary>
    Shed,

    /// <summary>The client went away.</summary>
    Gone,
}

/// <summary>How many requests a cluster has in flight, and who waits for a place: by priority, then first come first served. Below the limit a request costs one interlocked step.</summary>
internal sealed class Admission
{
    private readonly LinkedList<Waiter>[] _queues = [.. Enum.GetValues<Priority>().Select(_ => new LinkedList<Waiter>())];
    private readonly Lock _lock = new();
    private int _inFlight, _pending;
    private long _shed;

    public int InFlight => Volatile.Read(ref _inFlight);

    public int Pending => Volatile.Read(ref _pending);

    public long Shed => Volatile.Read(ref _shed);

    /// <returns>False: it is full, or others wait already.</returns>
    public bool TryEnter(int limit)
    {
        if (Volatile.Read(ref _pending) > 0) return false;
        if (Interlocked.Increment(ref _inFlight) <= limit) return true;
        // Who comes or leaves meanwhile sees one too many: WaitAsync looks again.
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>After <see cref="TryEnter"/> failed.</summary>
    public async ValueTask<AdmissionResult> WaitAsync(Priority priority, LimitSettings limits, TimeProvider time, CancellationToken gone)
    {
        var waiter = new Waiter();
        lock (_lock)
        {
            if (!TryMakeRoom(priority, limits.Pending)) waiter.End(AdmissionResult.Shed);
            else
            {
                waiter.Node = _queues[(int)priority].AddLast(waiter);
                Interlocked.Increment(ref _pending);
            }
        }

        Dispatch(limits.Cluster);
        if (waiter.Ended.IsCompleted) return Count(await waiter.Ended);
        using var tooLong = new CancellationTokenSource(limits.Wait, time);
        await using CancellationTokenRegistration late = tooLong.Token.UnsafeRegister(_ => GiveUp(waiter, AdmissionResult.Shed), null);
        await using CancellationTokenRegistration left = gone.UnsafeRegister(_ => GiveUp(waiter, AdmissionResult.Gone), null);
        return Count(await waiter.Ended);
    }

    /// <summary>After each entrance.</summary>
    public void Leave(int limit)
    {
        Interlocked.Decrement(ref _inFlight);
        if (Volatile.Read(ref _pending) > 0) Dispatch(limit);
    }

    /// <summary>Gives free places to those who wait.</summary>
    private void Dispatch(int limit)
    {
        lock (_lock)
        {
            while (_pending > 0)
            {
                if (Interlocked.Increment(ref _inFlight) > limit && limit > 0)
                {
                    Interlocked.Decrement(ref _inFlight);
                    return;
                }

                LinkedList<Waiter> queue = _queues.First(queue => queue.Count > 0);
                Remove(queue.First!.Value, AdmissionResult.Admitted);
            }
        }
    }

    /// <summary>A full queue sheds the newest of its lowest priority for what is more urgent.</summary>
    private bool TryMakeRoom(Priority priority, int most)
    {
        if (_pending < most) return true;
        LinkedList<Waiter>? lowest = _queues.Skip((int)priority + 1).LastOrDefault(queue => queue.Count > 0);
        if (lowest is null) return false;
        Remove(lowest.Last!.Value, AdmissionResult.Shed);
        return true;
    }

    private void GiveUp(Waiter waiter, AdmissionResult why)
    {
        lock (_lock)
        {
            if (waiter.Node?.List is not null) Remove(waiter, why);
        }
    }

    private void Remove(Waiter waiter, AdmissionResult why)
    {
        waiter.Node!.List!.Remove(waiter.Node);
        Interlocked.Decrement(ref _pending);
        waiter.End(why);
    }

    private AdmissionResult Count(AdmissionResult result)
    {
        if (result == AdmissionResult.Shed) Interlocked.Increment(ref _shed);
        return result;
    }

    private sealed class Waiter
    {
        private readonly TaskCompletionSource<AdmissionResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }

        public Task<AdmissionResult> Ended => _ended.Task;

        public void End(AdmissionResult result) => _ended.TrySetResult(result);
    }
}
