namespace GslbServer.State;

/// <summary>The audit trail in Redis: one stream, one field <c>e</c> per entry. A key of another type is ours by name and holds nothing of ours: read as empty, replaced when written.</summary>
internal static class AuditScripts
{
    /// <summary>KEYS stream; ARGV position to read after, how many.</summary>
    /// <returns>[length, last position of the stream, positions and entries in turn].</returns>
    public const string Read = """
        local length = redis.pcall('XLEN', KEYS[1])
        if type(length) == 'table' or length == 0 then return { 0, '0-0', {} } end
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1]
        local found, entries = redis.call('XREAD', 'COUNT', ARGV[2], 'STREAMS', KEYS[1], ARGV[1]), {}
        if found then
          for _, entry in ipairs(found[1][2]) do
            table.insert(entries, entry[1])
            table.insert(entries, entry[2][2] or '')
          end
        end
        return { length, last, entries }
        """;

    /// <summary>KEYS stream; ARGV greatest length, or 0 to append whatever it has, bound of the stream, then entries.</summary>
    /// <returns>How many were appended.</returns>
    public const string Append = """
        local length = redis.pcall('XLEN', KEYS[1])
        if type(length) == 'table' then redis.call('DEL', KEYS[1]); length = 0 end
        local limit = tonumber(ARGV[1])
        if limit > 0 and length >= limit then return 0 end
        for i = 3, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'e', ARGV[i]) end
        return #ARGV - 2
        """;
}
