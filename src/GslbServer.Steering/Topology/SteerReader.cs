using System.Collections.Immutable;
using System.Globalization;

namespace GslbServer.Steering;

/// <summary>A STEER as read, with where its targets stand, for the checks that need the whole.</summary>
internal sealed record SteerDraft(int Record, ConfigRecord Source, RecordWords Words, SteeredName Name, IReadOnlyList<int> TargetWords);

/// <summary>All names that records may refer to, absolute, with their indices.</summary>
internal sealed record NameTable(IReadOnlyDictionary<string, int> Regions, IReadOnlyDictionary<string, int> Checks, IReadOnlyDictionary<string, int> Steered)
{
    /// <summary>A region or a steered name.</summary>
    public bool TryTarget(string name, out bool isName, out int index)
    {
        isName = !Regions.TryGetValue(name, out index);
        return !isName || Steered.TryGetValue(name, out index);
    }
}

/// <summary>Reads a STEER: <c>policy target [target ...] [key=value ...]</c>, and fills in the defaults.</summary>
internal sealed class SteerReader
{
    private static readonly string[] PolicyNames = Enum.GetNames<PolicyKind>().Select(name => name.ToLowerInvariant()).ToArray();
    private static readonly string[] AllDownWords = ["last", "all", "static", "servfail", "nodata"];

    private readonly int _index;
    private readonly ConfigRecord _record;
    private readonly NameTable _names;
    private readonly Problems _problems;
    private readonly RecordWords _words;
    private readonly Values _values;
    private readonly List<Target> _targets = [];
    private readonly List<string> _targetNames = [];
    private readonly List<int> _targetWords = [];

    private SteerReader(int index, ConfigRecord record, NameTable names, Problems problems)
    {
        _index = index;
        _record = record;
        _names = names;
        _problems = problems;
        _words = RecordWords.Read(index, record, problems);
        _values = new Values(_words, problems);
    }

    public static SteerDraft Read(int index, ConfigRecord record, NameTable names, Problems problems) => new SteerReader(index, record, names, problems).Read();

    private SteerDraft Read()
    {
        PolicyKind? policy = ReadPolicy();
        ReadTargets(policy);
        (AllDown allDown, Target allDownTarget) = ReadAllDown();
        (int persistIPv4, int persistIPv6) = ReadPersist();
        (TimeSpan within, int withinPercent) = ReadWithin();
        PolicyKind kind = policy ?? PolicyKind.Failover;
        var name = new SteeredName(_record.Owner, _record.Zone, _record.Ttl, ReadTtlMin(), kind, _values.Choice("by", "latency", "geo") == 1, [.. _targets],
            ReadChecks(), [], ReadRules("map"), ReadRules("only"), ReadRules("except"),
            _values.Number("answers", kind == PolicyKind.Multivalue ? TopologyLimits.TargetsPerName : 1, 1, TopologyLimits.TargetsPerName),
            _values.Choice("ecs", "use", "ignore") == 0, persistIPv4, persistIPv6, ReadSpread(),
            _values.Duration("ramp", TimeSpan.FromSeconds(60), TimeSpan.Zero, TopologyLimits.LongestRamp), _values.Choice("failback", "auto", "manual") == 1, allDown,
            allDownTarget, _values.Choice("health-view", "global", "local") == 1, ReadRto(), [.. _record.Addresses.Distinct()])
        {
            WorstCaseFailover = TimeSpan.Zero,
            Within = within,
            WithinPercent = withinPercent,
        };
        WarnOfIdleKeys(policy, name);
        return new SteerDraft(_index, _record, _words, name, _targetWords);
    }

    private PolicyKind? ReadPolicy()
    {
        string all = string.Join(" ", PolicyNames);
        if (_words.Positional.Count == 0)
        {
            _problems.Error(_index, -1, $"STEER needs a policy ({all}) and targets");
            return null;
        }

        (string text, int word) = _words.Positional[0];
        int kind = Array.IndexOf(PolicyNames, text.ToLowerInvariant());
        if (kind >= 0)
            return (PolicyKind)kind;

        string guess = Suggestion.For(text, PolicyNames);
        _problems.Error(_index, word, $"unknown policy \"{text}\"{(guess.Length > 0 ? guess : $": expected one of {all}")}");
        return null;
    }

    private void ReadTargets(PolicyKind? policy)
    {
        if (_words.Positional.Count == 1)
            _problems.Error(_index, _words.Positional[0].Word, "STEER needs at least one target: a region or a steered name");
        if (_words.Positional.Count - 1 > TopologyLimits.TargetsPerName)
        {
            _problems.Error(_index, _words.Positional[TopologyLimits.TargetsPerName + 1].Word,
                $"{_words.Positional.Count - 1} targets: at most {TopologyLimits.TargetsPerName}; nest steered names for more");
            return;
        }

        foreach ((string text, int word) in _words.Positional.Skip(1))
            ReadTarget(policy, text, word);
    }

    private void ReadTarget(PolicyKind? policy, string text, int word)
    {
        int equals = text.LastIndexOf('=');
        string written = equals > 0 ? text[..equals] : text;
        string name = Names.Absolute(written, _record.Origin);
        bool known = _names.TryTarget(name, out bool isName, out int index);
        if (equals > 0 && !known && Suggestion.Nearest(written, Keys.Steer) is not null)
        {
            _problems.Error(_index, word, RecordWords.UnknownKey(ConfigKind.Steer, written.ToLowerInvariant()));
            return;
        }

        int weight = 1;
        if (equals > 0 && policy is { } kind && kind != PolicyKind.Weighted)
        {
            _problems.Error(_index, word, $"\"{text}\" gives a weight, but policy {kind.ToString().ToLowerInvariant()} has no weights (weighted has)");
        }
        else if (equals > 0 && !(int.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight) && weight <= ushort.MaxValue))
        {
            _problems.Error(_index, word, $"weight \"{text[(equals + 1)..]}\" of {written}: expected a whole number from 0 to 65535");
        }

        if (!known)
        {
            _problems.Error(_index, word, UnknownTarget(written));
        }
        else if (_targetNames.Contains(name))
        {
            _problems.Error(_index, word, $"target \"{written}\" is given twice");
        }
        else
        {
            _targets.Add(new Target(isName, index, weight));
            _targetNames.Add(name);
            _targetWords.Add(word);
        }
    }

    private string UnknownTarget(string written)
    {
        string[] known = [.. _names.Regions.Keys.Concat(_names.Steered.Keys).Where(name => name != _record.Owner)];
        string guess = Suggestion.ForName(written, known, _record.Origin);
        if (guess.Length > 0)
            return $"target \"{written}\" is not defined{guess}";

        string[] some = [.. _names.Regions.Keys.Select(name => Names.Relative(name, _record.Origin)).Order(StringComparer.Ordinal).Take(10)];
        return $"target \"{written}\" is not defined: expected a region or a steered name" + (some.Length > 0 ? $" (regions: {string.Join(", ", some)})" : "");
    }

    private ImmutableArray<int> ReadChecks()
    {
        var checks = ImmutableArray.CreateBuilder<int>();
        foreach ((string item, int word) in _words.List("check"))
        {
            if (!_names.Checks.TryGetValue(Names.Absolute(item, _record.Origin), out int check))
            {
                _problems.Error(_index, word, $"check \"{item}\" is not defined"
                    + Suggestion.ForName(item, [.. _names.Checks.Keys], _record.Origin));
            }
            else if (!checks.Contains(check))
            {
                checks.Add(check);
            }
        }

        return checks.ToImmutable();
    }

    /// <summary>Rules of one place add up, whether in one word or in several.</summary>
    private ImmutableArray<PlaceRule> ReadRules(string key)
    {
        var places = new List<Place>();
        var targets = new List<List<int>>();
        foreach ((string item, int word) in _words.List(key))
        {
            int colon = item.LastIndexOf(':');
            if (colon <= 0 || colon == item.Length - 1)
            {
                _problems.Error(_index, word, $"{key}={item}: expected PLACE:target or PLACE:target/target");
                continue;
            }

            if (PlaceReader.TryRead(item[..colon], out Place place) is { } wrong)
            {
                _problems.Error(_index, word, wrong);
                continue;
            }

            int at = places.IndexOf(place);
            if (at < 0)
            {
                at = places.Count;
                places.Add(place);
                targets.Add([]);
            }

            foreach (string written in item[(colon + 1)..].Split('/'))
                ReadRuleTarget(key, written, word, targets[at]);
        }

        return [.. places.Select((place, i) => new PlaceRule(place.Kind, place.Code, place.Asn, place.Network, [.. targets[i]]))];
    }

    private void ReadRuleTarget(string key, string written, int word, List<int> targets)
    {
        int ordinal = _targetNames.IndexOf(Names.Absolute(written, _record.Origin));
        if (ordinal < 0)
        {
            _problems.Error(_index, word, $"{key}= names \"{written}\", which is not a target of this STEER"
                + Suggestion.For(written, _targetNames.Select(name => Names.Relative(name, _record.Origin))));
        }
        else if (!targets.Contains(ordinal))
        {
            targets.Add(ordinal);
        }
    }

    private uint ReadTtlMin()
    {
        uint otherwise = Math.Min(_record.Ttl, Math.Max(5, _record.Ttl / 4));
        if (_words.Scalar("ttl-min") is not { } found)
            return otherwise;
        if (!Durations.TryParse(found.Value, out TimeSpan ttl) || ttl.Milliseconds != 0)
            _problems.Error(_index, found.Word, $"ttl-min={found.Value}: expected whole seconds, such as 5 or 10s");
        else if (ttl.TotalSeconds > _record.Ttl)
            _problems.Error(_index, found.Word, $"ttl-min={found.Value} is above the TTL of {_record.Ttl} s");
        else
            return (uint)ttl.TotalSeconds;
        return otherwise;
    }

    private (AllDown Kind, Target Target) ReadAllDown()
    {
        if (_words.Scalar("all-down") is not { } found)
            return (AllDown.Last, default);
        int word = Array.IndexOf(AllDownWords, found.Value.ToLowerInvariant());
        if (word == (int)AllDown.NoData && _record.IsInSignedZone)
            _problems.Error(_index, found.Word, $"all-down=nodata in the signed zone {_record.Zone}: the denial would be proved and cached; expected another last resort, such as last or servfail");
        if (word >= 0)
            return ((AllDown)word, default);
        if (_names.TryTarget(Names.Absolute(found.Value, _record.Origin), out bool isName, out int index))
            return (AllDown.Target, new Target(isName, index, 0));

        string guess = found.Value.EndsWith('.')
            ? Suggestion.ForName(found.Value, [.. _names.Regions.Keys, .. _names.Steered.Keys], ".")
            : Suggestion.For(found.Value.ToLowerInvariant(), AllDownWords.Concat(_names.Regions.Keys.Select(name => Names.Relative(name, _record.Origin))));
        _problems.Error(_index, found.Word, $"all-down={found.Value}: {(guess.Length > 0 ? $"not defined{guess}"
            : $"expected {string.Join(", ", AllDownWords)} or a region or steered name that is defined")}");
        return (AllDown.Last, default);
    }

    private (int IPv4, int IPv6) ReadPersist()
    {
        (int, int) otherwise = (20, 40);
        if (_words.Scalar("persist") is not { } found)
            return otherwise;
        string[] parts = found.Value.Split('/');
        if (parts.Length == 2 && Length(parts[0], TopologyLimits.PersistIPv4, out int ipv4) && Length(parts[1], TopologyLimits.PersistIPv6, out int ipv6))
            return (ipv4, ipv6);

        _problems.Error(_index, found.Word, $"persist={found.Value}: expected IPv4/IPv6 prefix lengths up to {TopologyLimits.PersistIPv4}/{TopologyLimits.PersistIPv6}, such as 20/40");
        return otherwise;
    }

    private static bool Length(string text, int limit, out int length)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= limit;

    /// <summary>The key alone, without the other measure, stands for itself: <c>within=5ms</c> has no percent.</summary>
    private (TimeSpan Within, int Percent) ReadWithin()
    {
        (TimeSpan, int) otherwise = (TimeSpan.FromMilliseconds(5), 10);
        if (_words.Scalar("within") is not { } found)
            return otherwise;
        if (found.Value.EndsWith('%') && int.TryParse(found.Value.AsSpan(0, found.Value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int percent)
            && percent <= 100)
        {
            return (TimeSpan.Zero, percent);
        }

        if (char.IsAsciiLetter(found.Value[^1]) && Durations.TryParse(found.Value, out TimeSpan within) && within <= TimeSpan.FromSeconds(10))
            return (within, 0);
        _problems.Error(_index, found.Word, $"within={found.Value}: expected a time or a share, such as 5ms or 10%");
        return otherwise;
    }

    private bool ReadSpread()
    {
        if (_words.Scalar("spread") is not { } found)
            return false;
        if (!found.Value.Equals("random", StringComparison.OrdinalIgnoreCase))
            _problems.Error(_index, found.Word, $"spread={found.Value}: expected random");
        return true;
    }

    private TimeSpan? ReadRto()
        => _words.Scalar("rto") is null ? null : _values.Duration("rto", TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

    private void WarnOfIdleKeys(PolicyKind? policy, SteeredName name)
    {
        if (policy is not { } kind)
            return;
        bool byPlace = kind is PolicyKind.Geo or PolicyKind.Latency or PolicyKind.Load;
        string of = kind.ToString().ToLowerInvariant();
        foreach (KeyValue found in _words.All)
        {
            bool idle = found.Key switch
            {
                "map" => !byPlace,
                "within" => kind is not (PolicyKind.Latency or PolicyKind.Load),
                "by" => kind != PolicyKind.Load,
                "spread" => kind != PolicyKind.Weighted,
                _ => false,
            };
            if (idle)
                _problems.Warning(_index, found.Word, $"\"{found.Key}=\" has no effect on policy {of}");
        }

        if (kind == PolicyKind.Load)
            _problems.Warning(_index, _words.Positional[0].Word, $"load is not yet known: policy load decides by {(name.LoadByGeo ? "geo" : "latency")}");
    }
}
