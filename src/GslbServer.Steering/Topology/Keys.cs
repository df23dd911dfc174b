using System.Collections.Frozen;

namespace GslbServer.Steering;

/// <summary>The keys of the zone language, by record type.</summary>
internal static class Keys
{
    public static readonly string[] Region = ["bias", "capacity"];

    public static readonly string[] Check = ["port", "path", "host", "expect", "body", "send", "receive", "every", "timeout", "fall", "rise", "verify", "command",
        "address", "min-up"];

    public static readonly string[] Steer = ["check", "map", "only", "except", "answers", "ttl-min", "ecs", "persist", "ramp", "failback", "all-down",
        "health-view", "rto", "spread", "within", "by"];

    /// <summary>They may be repeated and add up.</summary>
    public static readonly FrozenSet<string> Lists = ((string[])["map", "only", "except", "check", "address"]).ToFrozenSet();

    private static readonly FrozenDictionary<string, ConfigKind> KindOfKey =
        Region.Select(key => KeyValuePair.Create(key, ConfigKind.Region))
            .Concat(Check.Select(key => KeyValuePair.Create(key, ConfigKind.Check)))
            .Concat(Steer.Select(key => KeyValuePair.Create(key, ConfigKind.Steer)))
            .ToFrozenDictionary();

    public static string[] Of(ConfigKind kind) => kind switch
    {
        ConfigKind.Region => Region,
        ConfigKind.Check => Check,
        _ => Steer,
    };

    public static bool IsKey(string word, out ConfigKind kind) => KindOfKey.TryGetValue(word, out kind);
}

/// <summary>One <c>key=value</c> and where it stands.</summary>
internal readonly record struct KeyValue(string Key, string Value, int Word);
