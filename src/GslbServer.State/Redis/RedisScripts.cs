namespace GslbServer.State;

/// <summary>The store's side of the fences. Each script is one round trip and atomic. A key of the wrong type is ours by name and holds nothing of ours: it is
/// replaced when written, and read as empty.</summary>
internal static class RedisScripts
{
    /// <summary>Octets of one record; what is longer is not read. Five thousand monitors take under one million.</summary>
    public const int MaxRecord = 16 * 1024 * 1024;

    /// <summary>Octets of one override; one that a person wrote takes some hundred.</summary>
    public const int MaxOverride = 64 * 1024;

    /// <summary>Octets of whole records in one answer, and one record more: what is left over is read in the next.</summary>
    public const int MaxAnswer = 512 * 1024;

    /// <summary>Of each the newest; an operator's hand does not come near it.</summary>
    public const int MaxNodes = 1024, MaxOverrides = 10_000;

    /// <summary>KEYS nodes, overrides; ARGV report prefix, longest record, octets of records to read, most nodes, most overrides, longest override, then node, boot, revision of what the
    /// reader has in turn. A report comes as its header, and the changes since the reader's revision, or the record and the changes since then.</summary>
    /// <returns>[reports, overrides as field and value in turn, records that are unusable, 1 where there is more to read]; a report as [node, boot, sequence, revision, tag, the record's
    /// revision, record, the record's tag, changes in order]; one that is unusable as [node, boot, sequence].</returns>
    public const string Read = """
        local have, reports, unusable, more, budget = {}, {}, 0, 0, tonumber(ARGV[3])
        for i = 7, #ARGV, 3 do have[ARGV[i]] = { ARGV[i + 1], tonumber(ARGV[i + 2]) } end
        local nodes = redis.pcall('ZREVRANGE', KEYS[1], 0, ARGV[4] - 1)
        if nodes.err then nodes = {}; unusable = unusable + 1 end
        local fields = { 'boot', 'seq', 'life', 'rev', 'base', 'sig', 'recordSig' }
        for _, node in ipairs(nodes) do
          local key = ARGV[1] .. node
          local length = redis.pcall('HSTRLEN', key, 'record')
          if type(length) == 'table' or #node > 255 then unusable = unusable + 1
          elseif length > 0 then
            local h = {}
            for i, field in ipairs(fields) do h[i] = redis.call('HSTRLEN', key, field) <= 64 and redis.call('HGET', key, field) or '' end
            local rev, base, deltas = tonumber(h[4]), tonumber(h[5]), {}
            local isPlain = h[3] ~= h[1] or not rev or not base
            if isPlain then rev = tonumber(h[2]); base = rev end
            local known, from, octets = have[node], nil, 0
            local function collect(first)
              for r = first + 1, rev do
                local field = string.format('d%.0f', r)
                local size = redis.call('HSTRLEN', key, field)
                octets = octets + size
                if size == 0 or octets > tonumber(ARGV[2]) then deltas = {}; return nil end
                table.insert(deltas, redis.call('HGET', key, field))
              end
              return first
            end
            if length > tonumber(ARGV[2]) or not rev then unusable = unusable + 1; table.insert(reports, { node, h[1], h[2] })
            else
              if known and known[1] == h[1] and known[2] <= rev and rev - known[2] <= 32 then from = collect(known[2]) end
              local report = { node, h[1], h[2], isPlain and '' or h[4], h[6], h[5], false, h[7], deltas }
              if from then table.insert(reports, report)
              elseif budget <= 0 then more = 1
              elseif base <= rev and rev - base <= 64 and collect(base) then
                budget = budget - length
                report[7] = redis.call('HGET', key, 'record')
                report[9] = deltas
                table.insert(reports, report)
              else unusable = unusable + 1; table.insert(reports, { node, h[1], h[2] }) end
            end
          end
        end
        local overrides, count = {}, redis.pcall('HLEN', KEYS[2])
        if type(count) == 'table' or count > tonumber(ARGV[5]) then unusable = unusable + 1
        else
          for _, target in ipairs(redis.call('HKEYS', KEYS[2])) do
            if redis.call('HSTRLEN', KEYS[2], target) > tonumber(ARGV[6]) or #target > 1024 then unusable = unusable + 1
            else table.insert(overrides, target); table.insert(overrides, redis.call('HGET', KEYS[2], target)) end
          end
        end
        return { reports, overrides, unusable, more }
        """;

    /// <summary>KEYS nodes, report; ARGV node, boot, sequence, revision, revision before (0: this is the whole), header's tag, record or nothing, its tag, change or nothing, lifetime (ms),
    /// channel or nothing, most seconds that a boot may lie ahead, boot and sequence of what the writer read and refused. Writes only what is newer: writes sent before a hang are carried
    /// out after it. Without a new record the one that stands is moved on to the sequence: nodes that know no changes read nothing else.</summary>
    /// <returns>1 where it was written, 0 where the store has the same or newer, 2 where it has not what this builds upon.</returns>
    public const string WriteReport = """
        local held = redis.pcall('HMGET', KEYS[2], 'boot', 'seq', 'life', 'rev', 'record')
        if held.err then redis.call('DEL', KEYS[2]); held = {} end
        local boot, seq, newBoot, newSeq = tonumber(held[1] or ''), tonumber(held[2] or ''), tonumber(ARGV[2]), tonumber(ARGV[3])
        local refused = held[1] == ARGV[13] and held[2] == ARGV[14]
        if not refused and boot and seq and boot - newBoot <= tonumber(ARGV[12]) and seq <= 9007199254740991 and (boot > newBoot or (boot == newBoot and seq >= newSeq)) then return 0 end
        if ARGV[5] == '0' then redis.call('DEL', KEYS[2])
        elseif held[1] ~= ARGV[2] or held[3] ~= ARGV[2] or held[4] ~= ARGV[5] or not held[5] then return 2 end
        if ARGV[9] ~= '' then redis.call('HSET', KEYS[2], 'd' .. ARGV[4], ARGV[9]); redis.call('HDEL', KEYS[2], string.format('d%.0f', ARGV[4] - 32)) end
        if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'record', ARGV[7], 'recordSig', ARGV[8], 'base', ARGV[4])
        else redis.call('HSET', KEYS[2], 'record', (string.gsub(held[5], '"sequence":%d+', '"sequence":' .. ARGV[3], 1))) end
        redis.call('HSET', KEYS[2], 'boot', ARGV[2], 'seq', ARGV[3], 'life', ARGV[2], 'rev', ARGV[4], 'sig', ARGV[6])
        redis.call('PEXPIRE', KEYS[2], ARGV[10])
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local added = redis.pcall('ZADD', KEYS[1], now, ARGV[1])
        if type(added) == 'table' then redis.call('DEL', KEYS[1]); redis.call('ZADD', KEYS[1], now, ARGV[1]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[10])
        if ARGV[11] ~= '' then redis.call('PUBLISH', ARGV[11], ARGV[1]) end
        return 1
        """;

    /// <summary>KEYS overrides; ARGV channel, then target, revision, record, and what the writer read there and refused, in turn. A revision that is none stands in nobody's
    /// way.</summary>
    /// <returns>How many were written.</returns>
    public const string WriteOverrides = """
        local written = 0
        for i = 2, #ARGV, 4 do
          local held = redis.pcall('HGET', KEYS[1], ARGV[i])
          local revision = ''
          if type(held) == 'table' then redis.call('DEL', KEYS[1])
          elseif held and held ~= ARGV[i + 3] and #held <= 65536 then
            local ok, record = pcall(cjson.decode, held)
            if ok and type(record) == 'table' and type(record.revision) == 'string' then revision = record.revision end
            local time, counter = string.match(revision, '^(%d+)%-(%d+)%-.')
            if not time or #time ~= 15 or #counter ~= 6 or tonumber(time) > 253402300799999 then revision = '' end
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
