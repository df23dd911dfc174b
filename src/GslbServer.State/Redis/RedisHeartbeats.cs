using GslbServer.Steering;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>Heartbeats in a Redis, on the same connection.</summary>
internal sealed class RedisHeartbeats(RedisConnection connection, string name, StateSigner signer) : IHeartbeatStore
{
    /// <summary>KEYS index, heartbeat; ARGV <c>REGION:WRITER</c>, record, lifetime (ms). No fence: a process writes its own key only, and readers believe only what advances.</summary>
    private const string WriteScript = """
        redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local added = redis.pcall('ZADD', KEYS[1], now, ARGV[1])
        if type(added) == 'table' then redis.call('DEL', KEYS[1]); redis.call('ZADD', KEYS[1], now, ARGV[1]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
        return 1
        """;

    /// <summary>KEYS index; ARGV prefix of heartbeats, most, longest record.</summary>
    /// <returns>[<c>REGION:WRITER</c> and record in turn, records that are unusable].</returns>
    private const string ReadScript = """
        local found, unusable = {}, 0
        local names = redis.pcall('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)
        if names.err then names = {}; unusable = unusable + 1 end
        for _, name in ipairs(names) do
          local length = redis.pcall('STRLEN', ARGV[1] .. name)
          if type(length) == 'table' or length > tonumber(ARGV[3]) then unusable = unusable + 1
          elseif length > 0 then
            table.insert(found, name)
            table.insert(found, redis.call('GET', ARGV[1] .. name))
          end
        end
        return { found, unusable }
        """;

    public async Task WriteAsync(BalancerLoad load, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        string key = keys.HeartbeatPrefix + Member(load);
        await connection.EvaluateAsync(WriteScript, [keys.Heartbeats, key], [Member(load), signer.Seal(key, HeartbeatRecord.Write(load)), (long)Keys.HeartbeatLifetime.TotalMilliseconds],
            cancel).ConfigureAwait(false);
    }

    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    public async Task<HeartbeatsRead> ReadAsync(CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(ReadScript, [keys.Heartbeats], [keys.HeartbeatPrefix, HeartbeatBook.Most, HeartbeatRecord.MaxLength], cancel).ConfigureAwait(false);
        try
        {
            RedisResult[] answer = (RedisResult[]?)result ?? [];
            return answer.Length == 2 ? Read(keys, (RedisResult[]?)answer[0] ?? [], (int)answer[1]) : throw new InvalidCastException();
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a read of heartbeats with something else", e);
        }
    }

    private HeartbeatsRead Read(Keys keys, RedisResult[] found, int unreadable)
    {
        var loads = new List<BalancerLoad>();
        int forged = 0;
        for (int i = 0; i + 1 < found.Length; i += 2)
        {
            string member = (string?)found[i] ?? "";
            // A record under another's name would be two of one balancer.
            if (!signer.TryOpen(keys.HeartbeatPrefix + member, (byte[]?)found[i + 1], out byte[]? json))
                forged++;
            else if (HeartbeatRecord.TryRead(json, out BalancerLoad? load) && Member(load) == member)
                loads.Add(load);
            else
                unreadable++;
        }

        return new HeartbeatsRead(loads, unreadable, forged);
    }

    private static string Member(BalancerLoad load) => $"{load.Region}:{load.Writer}";
}

/// <param name="Unreadable">Garbage, and what is of a version that this program does not know.</param>
/// <param name="Forged">Wants a valid signature.</param>
internal sealed record HeartbeatsRead(IReadOnlyList<BalancerLoad> Loads, int Unreadable, int Forged);
