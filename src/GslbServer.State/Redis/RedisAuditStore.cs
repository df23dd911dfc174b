using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>The audit trail of a Redis, on the connection of its <see cref="RedisStore"/>.</summary>
internal sealed class RedisAuditStore(RedisConnection connection, string name, StateSigner signer, TimeProvider time) : IAuditStore
{
    private const string Beginning = "0-0";

    public async Task<AuditPage> ReadAsync(string after, int count, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(AuditScripts.Read, [keys.Audit], [after.Length == 0 ? Beginning : after, count], cancel).ConfigureAwait(false);
        try
        {
            return Page(keys, (RedisResult[]?)result ?? [], after);
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a read of the audit trail with something else", e);
        }
    }

    public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel) => AppendAsync(entries, 0, cancel);

    public Task RefillAsync(IReadOnlyList<AuditEntry> entries, int unlessLength, CancellationToken cancel) => AppendAsync(entries, unlessLength, cancel);

    private async Task AppendAsync(IReadOnlyList<AuditEntry> entries, int unlessLength, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        await connection.EvaluateAsync(AuditScripts.Append, [keys.Audit],
            [unlessLength, Keys.AuditLength, .. entries.Select(entry => (RedisValue)signer.Seal(keys.Audit, AuditRecord.Write(entry)))], cancel).ConfigureAwait(false);
    }

    private AuditPage Page(Keys keys, RedisResult[] result, string after)
    {
        if (result.Length != 3)
            throw new InvalidCastException();
        RedisResult[] held = (RedisResult[]?)result[2] ?? [];
        string last = (string?)result[1] ?? Beginning;
        var entries = new List<AuditEntry>(held.Length / 2);
        int unreadable = 0;
        for (int i = 0; i + 1 < held.Length; i += 2)
        {
            if (signer.TryOpen(keys.Audit, (byte[]?)held[i + 1], out byte[]? json) && AuditRecord.TryRead(json, time.GetUtcNow(), out AuditEntry? entry))
                entries.Add(entry);
            else
                unreadable++;
        }

        // Nothing after what was read: a stream that ends before it is another one than was read.
        string position = held.Length > 1 ? (string?)held[^2] ?? last : IsBefore(last, after) ? "" : after;
        return new AuditPage((long)result[0], position, entries, held.Length / 2, unreadable);
    }

    private static bool IsBefore(string position, string than) => than.Length > 0 && Parts(position).CompareTo(Parts(than)) < 0;

    private static (ulong, ulong) Parts(string position) =>
        position.Split('-') is [var ms, var count] && ulong.TryParse(ms, out ulong first) && ulong.TryParse(count, out ulong second) ? (first, second) : (0, 0);
}
