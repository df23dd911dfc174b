using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GslbServer.Dns;

/// <summary>REGION, CHECK and STEER on the wire: their words as character-strings, names made absolute, a list that is too long carried as repeated keys.
/// What the words mean, and whether they are right, is not judged here: a word that is no name where one belongs is carried as it is.</summary>
internal static class ConfigRdata
{
    /// <summary>Keys that may be repeated and add up, also by comma.</summary>
    private static readonly FrozenSet<string> ListKeys = FrozenSet.Create("map", "only", "except", "check", "address");

    /// <summary>The keys of STEER: the first of them ends the targets.</summary>
    private static readonly FrozenSet<string> SteerKeys = FrozenSet.Create("check", "map", "only", "except", "answers", "ttl-min", "ecs", "persist", "ramp",
        "failback", "all-down", "health-view", "rto", "spread", "within", "by");

    private static readonly FrozenSet<string> AllDownWords = FrozenSet.Create("last", "all", "static", "servfail", "nodata");

    /// <param name="wrong">Index of the word that <paramref name="error"/> is about.</param>
    public static bool TryWrite(string typeName, IReadOnlyList<ParsedWord> words, DomainName origin, RdataBuffer wire, out int wrong,
        [NotNullWhen(false)] out string? error)
    {
        bool inKeys = typeName != nameof(RecordType.STEER);
        error = null;
        for (wrong = 0; wrong < words.Count; wrong++)
        {
            string word = words[wrong].Text;
            int equals = word.IndexOf('=');
            string key = equals < 0 ? "" : word[..equals].ToLowerInvariant();
            inKeys |= SteerKeys.Contains(key);
            if (inKeys ? !TryWriteKey(key, word[(equals + 1)..], word, origin, wire) : !TryWriteString(wrong == 0 ? word : Target(word, origin), wire))
            {
                error = $"a word of {word.Length} octets; at most 255 with its names made absolute, and only lists ({string.Join(", ", ListKeys.Order())}) "
                    + "are split, at their commas";
                return false;
            }
        }
        return true;
    }

    private static bool TryWriteKey(string key, string value, string word, DomainName origin, RdataBuffer wire)
    {
        if (key == "all-down")
            return TryWriteString(AllDownWords.Contains(value.ToLowerInvariant()) ? word : $"{key}={Absolute(value, origin)}", wire);
        if (!ListKeys.Contains(key))
            return TryWriteString(word, wire);

        var line = new StringBuilder();
        foreach (string item in value.Split(','))
        {
            string absolute = Item(key, item.Trim(), origin);
            if (line.Length > 0 && line.Length + 1 + absolute.Length > CharacterString.MaxLength)
            {
                if (!TryWriteString(line.ToString(), wire))
                    return false;
                line.Clear();
            }
            line.Append(line.Length == 0 ? $"{key}=" : ",").Append(absolute);
        }
        return TryWriteString(line.ToString(), wire);
    }

    /// <summary>One item of a list: a name (check), REGION:ADDRESS (address), or PLACE:target/target, the place ending at the last colon.</summary>
    private static string Item(string key, string item, DomainName origin)
    {
        switch (key)
        {
            case "check":
                return Absolute(item, origin);
            case "address":
                int colon = item.IndexOf(':');
                return colon < 0 ? item : Absolute(item[..colon], origin) + item[colon..];
            default:
                int last = item.LastIndexOf(':');
                return last < 0 ? item : $"{item[..last]}:{string.Join('/', item[(last + 1)..].Split('/').Select(t => Absolute(t, origin)))}";
        }
    }

    /// <summary><c>name</c> or <c>name=weight</c>.</summary>
    private static string Target(string word, DomainName origin)
    {
        int equals = word.LastIndexOf('=');
        return equals < 0 ? Absolute(word, origin) : Absolute(word[..equals], origin) + word[equals..];
    }

    private static string Absolute(string name, DomainName origin)
        => DomainName.TryParse(name, origin, out DomainName? absolute, out _) ? absolute.ToString() : name;

    private static bool TryWriteString(string word, RdataBuffer wire)
    {
        if (word.Length > CharacterString.MaxLength)
            return false;
        wire.WriteUInt8((uint)word.Length);
        foreach (char c in word)
            wire.WriteUInt8(c);
        return true;
    }
}
