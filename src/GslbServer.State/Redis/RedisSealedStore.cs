using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>Sealed records in a Redis, on the connection of its <see cref="RedisStore"/>. It sees ciphertext and zone names, nothing else.</summary>
internal sealed class RedisSealedStore(RedisConnection connection, string name) : ISealedStore
{
    /// <summary>KEYS hash; ARGV most records, longest record. Zone, record, zone, record ...</summary>
    private const string ReadScript = """
        local answer, names = {}, redis.call('HKEYS', KEYS[1])
        for i = 1, math.min(#names, tonumber(ARGV[1])) do
          if redis.call('HSTRLEN', KEYS[1], names[i]) <= tonumber(ARGV[2]) then
            answer[#answer + 1] = names[i]
            answer[#answer + 1] = redis.call('HGET', KEYS[1], names[i])
          end
        end
        return answer
        """;

    private const string WriteScript = "return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])";

    public string Name => name;

    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(ReadScript, [keys.SealedKeys], [ISealedStore.MaxRecords, ISealedStore.MaxRecord], cancel).ConfigureAwait(false);
        try
        {
            RedisResult[] values = (RedisResult[]?)result ?? [];
            var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            for (int i = 0; i + 1 < values.Length; i += 2)
                records[(string?)values[i] ?? ""] = (byte[]?)values[i + 1] ?? [];
            return records;
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a read of sealed keys with something else", e);
        }
    }

    public async Task WriteAsync(string zone, byte[] record, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        await connection.EvaluateAsync(WriteScript, [keys.SealedKeys], [zone, record], cancel).ConfigureAwait(false);
    }
}
