namespace GslbServer.State;

/// <summary>The store's side of the fences. Each script is one round trip and atomic. A key of the wrong type is ours by name and holds nothing of ours: it is
/// replaced when written, and read as empty.</summary>
internal static class RedisScripts
{
    /// <summary>Octets of one record; what is longer is not read. Five thousand monitors take under one million.</summary>
    public const int MaxRecord = 16 * 1024 * 1024;

    /// <summary>KEYS nodes, overrides; ARGV report prefix, longest record, then for each node whose observations are known its name and <c>boot:body</c> in turn.</summary>
    /// <returns>[reports as node, boot, sequence, form and text in turn (form <c>head</c>: the record without its observations, which are as known; <c>packed</c>: the record,
    /// deflated; <c>record</c>), overrides as field and value in turn, records that are unusable].</returns>
    public const string Read = """
        local reports, unusable, known = {}, 0, {}
        for i = 3, #ARGV, 2 do known[ARGV[i]] = ARGV[i + 1] end
        local nodes = redis.pcall('ZRANGE', KEYS[1], 0, -1)
        if nodes.err then nodes = {}; unusable = unusable + 1 end
        for _, node in ipairs(nodes) do
          local length, form = redis.pcall('HSTRLEN', ARGV[1] .. node, 'record')
          if type(length) == 'table' or length > tonumber(ARGV[2]) then unusable = unusable + 1
          elseif length > 0 then
            local key = ARGV[1] .. node
            local report = redis.call('HMGET', key, 'boot', 'seq', 'body', 'head', 'headseq')
            local whole = report[5] ~= report[2]  -- written by a version that knows records only
            if not whole and report[3] and report[4] and known[node] == (report[1] or '') .. ':' .. report[3] then form = 'head'
            elseif not whole and redis.call('HEXISTS', key, 'packed') == 1 then form = 'packed'
            else form = 'record' end
            local text = form == 'head' and report[4] or redis.call('HGET', key, form)
            for _, value in ipairs({ node, report[1] or '', report[2] or '', form, text }) do table.insert(reports, value) end
          end
        end
        local overrides = redis.pcall('HGETALL', KEYS[2])
        if overrides.err then overrides = {}; unusable = unusable + 1 end
        return { reports, overrides, unusable }
        """;

    /// <summary>KEYS nodes, report; ARGV node, boot, sequence, record, lifetime (ms), channel or nothing, body, head, and packed or nothing. Writes only what is newer: writes sent before a hang are
    /// carried out after it.</summary>
    /// <returns>1 where it was written, 0 where the store has the same or newer.</returns>
    public const string WriteReport = """
        local held = redis.pcall('HMGET', KEYS[2], 'boot', 'seq')
        if held.err then redis.call('DEL', KEYS[2]) else
          local boot, seq = tonumber(held[1] or ''), tonumber(held[2] or '')
          local newBoot, newSeq = tonumber(ARGV[2]), tonumber(ARGV[3])
          if boot and seq and (boot > newBoot or (boot == newBoot and seq >= newSeq)) then return 0 end
        end
        redis.call('HSET', KEYS[2], 'boot', ARGV[2], 'seq', ARGV[3], 'record', ARGV[4], 'body', ARGV[7], 'head', ARGV[8], 'headseq', ARGV[3])
        if ARGV[9] ~= '' then redis.call('HSET', KEYS[2], 'packed', ARGV[9]) else redis.call('HDEL', KEYS[2], 'packed') end
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
