namespace GslbServer.State;

/// <summary>The audit trail of one store as this node uses it: reads what others wrote, appends this node's own, gives back what the store lost.</summary>
/// <param name="absorb">Takes what was read.</param>
/// <param name="newest">The newest entries known, at most so many.</param>
internal sealed class AuditLink(IAuditStore store, Action<IReadOnlyList<AuditEntry>> absorb, Func<int, IReadOnlyList<AuditEntry>> newest)
{
    /// <summary>Entries of one round trip.</summary>
    private const int Page = 500;

    /// <summary>Pages of one round: a long trail is read over some seconds.</summary>
    private const int PagesPerRound = 10;

    /// <summary>Own entries that wait for a store that is away; the oldest go. They stay in memory and on disk.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>Entries that an emptied store gets back.</summary>
    private const int Refill = 500;

    private readonly Queue<AuditEntry> _waiting = [];
    private string _position = "";

    public Wakeup Wakeup { get; } = new();

    public void Send(AuditEntry entry)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(entry);
            if (_waiting.Count > MaxWaiting)
                _waiting.Dequeue();
        }

        Wakeup.Call();
    }

    /// <summary>Never throws but for cancellation: whatever failed is tried again with the next round, and the store's state is told by its <see cref="StoreLink"/>.</summary>
    public async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            // First, so that what this node adds is not taken for lost.
            await SendWaitingAsync(cancel).ConfigureAwait(false);
            AuditPage? page = null;
            for (int i = 0; i < PagesPerRound && (page is null || page.Read == Page); i++)
            {
                page = await store.ReadAsync(_position, Page, cancel).ConfigureAwait(false);
                _position = page.Last;
                absorb(page.Entries);
            }

            // Twice as many are known as it has: it was emptied, or set far back.
            IReadOnlyList<AuditEntry> known = newest(Refill);
            if (page is { Read: < Page } && page.Length < known.Count / 2)
                await store.RefillAsync(known, known.Count / 2, cancel).ConfigureAwait(false);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // The next second is the retry.
        }
    }

    private async Task SendWaitingAsync(CancellationToken cancel)
    {
        while (true)
        {
            AuditEntry[] batch;
            lock (_waiting)
                batch = [.. _waiting.Take(Page)];
            if (batch.Length == 0)
                return;
            await store.AppendAsync(batch, cancel).ConfigureAwait(false);
            lock (_waiting)
            {
                // Some may have gone by age meanwhile.
                while (_waiting.TryPeek(out AuditEntry? first) && batch.Contains(first))
                    _waiting.Dequeue();
            }
        }
    }
}
