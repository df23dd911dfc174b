namespace GslbServer.State;

/// <summary>The store's side of the fences. Each script is one round trip and atomic. A key of the wrong type is ours by name and holds nothing of ours: it is
/// replaced when written, and read as empty.</summary>
internal static class RedisScripts
{
    /// <summary>Octets of one record; what is longer is not read. Five thousand monitors take under one million.</summary>
    public const int MaxRecord = 16 * 1024 * 1024;

    /// <summary>KEYS nodes, overrides; ARGV report prefix, longest record.</summary>
    /// <returns>[reports as node, boot, sequence and record in turn, overrides as field and value in turn, records that are unusable].</returns>
    public const string Read = """
        local reports, unusable = {}, 0
        local nodes = redis.pcall('ZRANGE', KEYS[1], 0, -1)
        if nodes.err then nodes = {}; unusable = unusable + 1 end
        for _, node in ipairs(nodes) do
          local length = redis.pcall('HSTRLEN', ARGV[1] .. node, 'record')
          if type(length) == 'table' or length > tonumber(ARGV[2]) then unusable = unusable + 1
          elseif length > 0 then
            local report = redis.call('HMGET', ARGV[1] .. node, 'boot', 'seq', 'record')
            table.insert(reports, node)
            for i = 1, 3 do table.insert(reports, report[i] or '') end
          end
        end
        local overrides = redis.pcall('HGETALL', KEYS[2])
        if overrides.err then overrides = {}; unusable = unusable + 1 end
        return { reports, overrides, unusable }
        """;

    /// <summary>KEYS nodes, report; ARGV node, boot, sequence, record, lifetime (ms), channel or nothing. Writes only what is newer: writes sent before a hang are
    /// carried out after it.</summary>
    /// <returns>1 where it was written, 0 where the store has the same or newer.</returns>
    public const string WriteReport = """
        local held = redis.pcall('HMGET', KEYS[2], 'boot', 'seq')
        if held.err then redis.call('DEL', KEYS[2]) else
          local boot, seq = tonumber(held[1] or ''), tonumber(held[2] or '')
          local newBoot, newSeq = tonumber(ARGV[2]), tonumber(ARGV[3])
          if boot and seq and (boot > newBoot or (boot == newBoot and seq >= newSeq)) then return 0 end
        end
        redis.call('HSET', KEYS[2], 'boot', ARGV[2], 'seq', ARGV[3], 'record', ARGV[4])
        redis.call('PEXPIRE', KEYS[2], ARGV[5])
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local added = redis.pcall('ZADD', KEYS[1], now, ARGV[1])
        if type(added) == 'table' then redis.call('DEL', KEYS[1]); redis.call('ZADD', KEYS[1], now, ARGV[1]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[5])
        if ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], ARGV[1]) end
        return 1
        """;

    /// <summary>KEYS overrides; ARGV channel, then target, revision, record in turn.</summary>
    /// <returns>How many were written.</returns>
    public const string WriteOverrides = """
        local written = 0
        for i = 2, #ARGV, 3 do
          local held = redis.pcall('HGET', KEYS[1], ARGV[i])
          local revision = ''
          if type(held) == 'table' then redis.call('DEL', KEYS[1])
          elseif held then
            local ok, record = pcall(cjson.decode, held)
            if ok and type(record) == 'table' and type(record.revision) == 'string' then revision = record.revision end
          end
          if revision < ARGV[i + 1] then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]); written = written + 1 end
        end
        if written > 0 then redis.call('PUBLISH', ARGV[1], 'overrides') end
        return written
        """;

    /// <summary>KEYS overrides; ARGV target, revision in turn. Removes what still has that revision.</summary>
    public const string RemoveOverrides = """
        for i = 1, #ARGV, 2 do
          local held = redis.pcall('HGET', KEYS[1], ARGV[i])
          if type(held) == 'string' then
            local ok, record = pcall(cjson.decode, held)
            if ok and type(record) == 'table' and record.revision == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
          end
        end
        return 0
        """;
}
