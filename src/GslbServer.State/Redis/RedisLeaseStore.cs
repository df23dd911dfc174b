using System.Globalization;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>Shared token buckets in a Redis, on the same connection.</summary>
internal sealed class RedisLeaseStore(RedisConnection connection, string name) : ILeaseStore
{
    /// <summary>KEYS buckets; ARGV for each in turn: rate per second, depth, tokens wanted, tokens spent. By the store's clock, so that balancers need not agree on the time; one that runs backwards fills nothing.</summary>
    /// <returns>For each bucket in turn: tokens, milliseconds until there is one.</returns>
    private const string TakeScript = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local answer = {}
        for i, key in ipairs(KEYS) do
          local rate, depth, want, spent = tonumber(ARGV[4 * i - 3]) / 1000, tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
          local held = redis.pcall('HMGET', key, 'tokens', 'at')
          if held.err then redis.call('DEL', key); held = {} end
          local tokens, at = tonumber(held[1] or depth) or depth, tonumber(held[2] or now) or now
          tokens = math.max(-depth, math.min(depth, tokens + math.max(0, now - at) * rate) - spent)
          local granted = math.max(0, math.min(want, math.floor(tokens)))
          tokens = tokens - granted
          redis.call('HSET', key, 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', math.max(now, at)))
          redis.call('PEXPIRE', key, math.ceil((depth - tokens) / rate) + 1000)
          answer[2 * i - 1] = granted
          answer[2 * i] = granted > 0 and 0 or math.max(1, math.ceil((1 - tokens) / rate))
        end
        return answer
        """;

    /// <summary>KEYS index of heartbeats; ARGV <c>REGION:</c>, lifetime (ms).</summary>
    private const string CountScript = """
        local t = redis.call('TIME')
        local count = 0
        for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], t[1] * 1000 - ARGV[2], '+inf')) do
          if string.sub(name, 1, #ARGV[1]) == ARGV[1] then count = count + 1 end
        end
        return count
        """;

    public async Task<IReadOnlyList<LeaseGrant>> TakeAsync(IReadOnlyList<LeaseRequest> requests, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(TakeScript, [.. requests.Select(request => (RedisKey)(keys.LeasePrefix + request.Name))],
            [.. requests.SelectMany(request => new RedisValue[] { request.Rate.ToString("R", CultureInfo.InvariantCulture), request.Depth, request.Want, request.Spent })], cancel).ConfigureAwait(false);
        try
        {
            int[] answer = (int[]?)result ?? [];
            return answer.Length == 2 * requests.Count ? [.. requests.Select((_, i) => new LeaseGrant(answer[2 * i], answer[(2 * i) + 1]))] : throw new InvalidCastException();
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException)
        {
            throw new StoreUnavailableException($"{name} answered a lease with something else", e);
        }
    }

    public async Task<int> CountBalancersAsync(string region, CancellationToken cancel)
    {
        Keys keys = await connection.ReadyAsync(cancel).ConfigureAwait(false);
        RedisResult result = await connection.EvaluateAsync(CountScript, [keys.Heartbeats], [region + ":", (long)Keys.HeartbeatLifetime.TotalMilliseconds], cancel).ConfigureAwait(false);
        try
        {
            return (int)result;
        }
        catch (InvalidCastException e)
        {
            throw new StoreUnavailableException($"{name} answered a count of balancers with something else", e);
        }
    }
}
