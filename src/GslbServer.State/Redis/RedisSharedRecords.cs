using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>Records about zones in a Redis, on the connection of its <see cref="RedisStore"/>, signed as all state is.</summary>
internal sealed class RedisSharedRecords(RedisConnection connection, string name, StateSigner signer) : ISharedRecords
{
    /// <summary>KEYS tags; ARGV most records. Name, tag, name, tag ...</summary>
    private const string TagsScript = """
        if redis.call('HLEN', KEYS[1]) <= tonumber(ARGV[1]) then return redis.call('HGETALL', KEYS[1]) end
        return {}
        """;

    /// <summary>KEYS records; ARGV name, longest record.</summary>
    private const string ReadScript = """
        if redis.call('HSTRLEN', KEYS[1], ARGV[1]) > tonumber(ARGV[2]) then return false end
        return redis.call('HGET', KEYS[1], ARGV[1])
        """;

    /// <summary>KEYS tags, records; ARGV name, record, tag, expected tag, channel.</summary>
    private const string WriteScript = """
        if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[4] then return 0 end
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
        redis.call('PUBLISH', ARGV[5], ARGV[1])
        return 1
        """;

    private const string RemoveScript = """
        redis.call('HDEL', KEYS[1], ARGV[1])
        return redis.call('HDEL', KEYS[2], ARGV[1])
        """;

    public string Name => name;

    public event Action? Hinted;

    /// <summary>Called by the store that shares the connection.</summary>
    public void Hint() => Hinted?.Invoke();

    public async Task<IReadOnlyDictionary<string, string>> TagsAsync(CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(TagsScript, [keys.ZoneTags], [ISharedRecords.MaxRecords], cancel).ConfigureAwait(false);
        try
        {
            RedisResult[] values = (RedisResult[]?)result ?? [];
            var tags = new Dictionary<string, string>(StringComparer.Ordinal);
            for (int i = 0; i + 1 < values.Length; i += 2)
                tags[(string?)values[i] ?? ""] = (string?)values[i + 1] ?? "";
            return tags;
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a look at zones with something else", e);
        }
    }

    public async Task<byte[]?> ReadAsync(string record, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(ReadScript, [keys.Zones], [record, ISharedRecords.MaxRecord], cancel).ConfigureAwait(false);
        try
        {
            return (byte[]?)result is { } stored && signer.TryOpenOctets(SignedName(keys, record), stored, out byte[] opened) ? opened : null;
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a read of zones with something else", e);
        }
    }

    public async Task<bool> WriteAsync(string record, byte[] octets, string tag, string expected, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        byte[] signed = signer.SealOctets(SignedName(keys, record), octets);
        return (int)await connection.EvaluateAsync(WriteScript, [keys.ZoneTags, keys.Zones], [record, signed, tag, expected, keys.Changed], cancel).ConfigureAwait(false) == 1;
    }

    public async Task RemoveAsync(string record, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        await connection.EvaluateAsync(RemoveScript, [keys.ZoneTags, keys.Zones], [record], cancel).ConfigureAwait(false);
    }

    private static string SignedName(Keys keys, string record) => $"{keys.Zones}#{record}";
}
