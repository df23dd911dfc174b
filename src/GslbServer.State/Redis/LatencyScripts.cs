namespace GslbServer.State;

/// <summary>Tables of round trips in Redis. As <see cref="RedisScripts"/>: one round trip each, atomic, and a key of the wrong type is replaced when written.</summary>
internal static class LatencyScripts
{
    /// <summary>KEYS tables; ARGV how many.</summary>
    /// <returns>Names, the newest first.</returns>
    public const string List = """
        local names = redis.pcall('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1)
        if names.err then return {} end
        return names
        """;

    /// <summary>KEYS table; ARGV first octet, how many, longest table.</summary>
    /// <returns>[length of the whole, -1 where it is no table; octets].</returns>
    public const string Read = """
        local length = redis.pcall('STRLEN', KEYS[1])
        if type(length) == 'table' or length == 0 or length > tonumber(ARGV[3]) then return { -1, '' } end
        return { length, redis.call('GETRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1) }
        """;

    /// <summary>KEYS tables, table; ARGV name, octets, lifetime (ms), channel.</summary>
    /// <returns>1 where it was written, 0 where there is one.</returns>
    public const string Add = """
        if redis.call('TYPE', KEYS[2]).ok ~= 'string' then redis.call('DEL', KEYS[2]) end
        if not redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3], 'NX') then return 0 end
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local added = redis.pcall('ZADD', KEYS[1], now, ARGV[1])
        if type(added) == 'table' then redis.call('DEL', KEYS[1]); redis.call('ZADD', KEYS[1], now, ARGV[1]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        redis.call('PUBLISH', ARGV[4], ARGV[1])
        return 1
        """;

    /// <summary>KEYS association; ARGV resolver, client subnet, tag, lifetime (ms).</summary>
    public const string WriteAssociation = """
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'resolver', ARGV[1], 'client', ARGV[2], 'sig', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1
        """;

    /// <summary>KEYS association. Takes it away.</summary>
    /// <returns>[resolver, client subnet, tag], empty where there is none.</returns>
    public const string TakeAssociation = """
        local held = redis.pcall('HMGET', KEYS[1], 'resolver', 'client', 'sig')
        redis.call('DEL', KEYS[1])
        if held.err or not held[1] then return {} end
        return { held[1], held[2] or '', held[3] or '' }
        """;
}
