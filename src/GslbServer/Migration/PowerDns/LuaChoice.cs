using System.Globalization;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Functions of PowerDNS's LUA records (docs of its Lua records, functions) as choices.</summary>
/// <param name="type">Of the record: A, AAAA or CNAME.</param>
/// <param name="label">What its targets are called, with a number.</param>
internal sealed class LuaChoice(string type, string label)
{
    private const int MostWeight = 65535;

    /// <summary>Options of checks that a CHECK or STEER has its like of.</summary>
    private static readonly string[] KnownOptions = ["interval", "timeout", "minimumFailures", "selector", "backupSelector", "httpcode", "stringmatch"];

    private readonly SortedSet<string> _ignored = new(StringComparer.Ordinal);
    private int _leaves, _inner;

    /// <summary>Options of checks that are not carried over.</summary>
    public IReadOnlyCollection<string> Ignored => _ignored;

    /// <returns>Null for what is not carried over: <paramref name="problem"/> says what.</returns>
    public Choice? Of(LuaNode node, out string? problem)
    {
        try
        {
            problem = null;
            return Choose(node);
        }
        catch (NotSupportedException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private Choice Choose(LuaNode node) => node switch
    {
        LuaText or LuaTable => Together(Values(node)),
        LuaIf choice => If(choice),
        LuaCall { Function: "all" } call => Together(Values(First(call))),
        LuaCall { Function: "pickrandom" } call => Weighted(Singles(Values(First(call))), "spread=random"),
        LuaCall { Function: "pickhashed" } call => Weighted(Singles(Values(First(call)))),
        LuaCall { Function: "pickwrandom" } call => Weighted(Pairs(First(call)), "spread=random"),
        LuaCall { Function: "pickwhashed" } call => Weighted(Pairs(First(call))),
        LuaCall { Function: "pickclosest" } call => new Steer(Inner(), "geo", [.. Singles(Values(First(call)))]),
        LuaCall { Function: "view" } call => View(First(call)),
        LuaCall { Function: "ifportup", Arguments: [LuaNumber port, var addresses, ..] } call => Checked(addresses, call.Arguments.ElementAtOrDefault(2) as LuaTable,
            [$"tcp port={Number(Whole(port, 0, 1, 65535))}"], $"port-{Number(port.Value)}"),
        LuaCall { Function: "ifurlup", Arguments: [LuaText url, var addresses, ..] } call =>
            Checked(addresses, call.Arguments.ElementAtOrDefault(2) as LuaTable, Http(url.Text, call.Arguments.ElementAtOrDefault(2) as LuaTable),
            $"url-{(Uri.TryCreate(url.Text, UriKind.Absolute, out Uri? parsed) ? parsed.Host : "")}"),
        LuaCall call => throw new NotSupportedException($"the function {call.Function}"),
        LuaName name => throw new NotSupportedException($"the variable {name.Name}"),
        _ => throw new NotSupportedException("an operator"),
    };

    /// <summary>The first condition that holds decides; what is not reached again is left out.</summary>
    private Steer If(LuaIf first)
    {
        List<(IReadOnlyList<string> Places, Choice Choice)> branches = [];
        LuaNode? at = first;
        for (; at is LuaIf branch; at = branch.Otherwise) branches.Add(([.. Places(branch.Condition)], Choose(branch.Then)));
        branches.Add((["*"], at is null ? throw new NotSupportedException("an if without an else: no answer for other clients") : Choose(at)));
        return Places(branches);
    }

    private Steer View(LuaNode pairs)
    {
        List<(IReadOnlyList<string> Places, Choice Choice)> branches = [];
        foreach (LuaNode pair in ((pairs as LuaTable) ?? throw new NotSupportedException("view without a table")).List)
        {
            if (pair is not LuaTable { Items: [var networks, var values] }) throw new NotSupportedException("a view of something but networks and values");
            branches.Add(([.. Values(networks.Value).Select(network => network is "0.0.0.0/0" or "::/0" ? "*" : Place(network))], Together(Values(values.Value))));
        }

        return Places(branches);
    }

    /// <summary>Whoever is of a place gets its branch, and stays there when all of it is down.</summary>
    private Steer Places(List<(IReadOnlyList<string> Places, Choice Choice)> branches)
    {
        var seen = new HashSet<string>();
        List<SteerRule> rules = [.. branches.SelectMany((branch, i) => branch.Places.Where(seen.Add).Select(place => new SteerRule("map", place, [i])))];
        if (branches.Any(branch => branch.Choice.IsChecked)) rules.AddRange([.. rules.Select(rule => rule with { Key = "only" })]);
        return new Steer(Inner(), "geo", [.. branches.Select(branch => new SteerTarget(branch.Choice))]) { Rules = rules };
    }

    private static IEnumerable<string> Places(LuaNode condition) => condition switch
    {
        LuaOr or => or.Conditions.SelectMany(Places),
        LuaCall { Function: "country" } call => Values(First(call)).Select(code => Place(CountryCode.AsPlace(code.ToUpperInvariant()))),
        LuaCall { Function: "continent" } call => Values(First(call)).Select(code => Place(code.ToUpperInvariant())),
        LuaCall { Function: "asnum" } call => Values(First(call)).Select(number => Place($"AS{number.ToUpperInvariant().Replace("AS", "", StringComparison.Ordinal)}")),
        LuaCall { Function: "netmask" } call => Values(First(call)).Select(Place),
        LuaCall call => throw new NotSupportedException($"the condition {call.Function}"),
        _ => throw new NotSupportedException("a condition of something but the client's place"),
    };

    private static string Place(string place) => PlaceText.ProblemOf(place) is { } problem ? throw new NotSupportedException(problem) : place;

    /// <param name="addresses">A list, or a list of lists: the first with an address that is up.</param>
    private Steer Checked(LuaNode addresses, LuaTable? options, IReadOnlyList<string> words, string name)
    {
        _ignored.UnionWith((options?.Items ?? []).Select(item => item.Key).OfType<string>().Except(KnownOptions));
        int every = Whole(options?["interval"], 5, 1, 3600), timeout = Math.Min(every, Whole(options?["timeout"], 2, 1, 3600)), fall = Whole(options?["minimumFailures"], 1, 1, 100);
        HealthCheck[] checks = [new($"check-{name}", string.Join(' ', [.. words, $"every={Number(every)}s", $"timeout={Number(timeout)}s", $"fall={Number(fall)}", "rise=1"]))];
        string[] keys = [(options?["backupSelector"] as LuaText)?.Text == "empty" ? "all-down=nodata" : "all-down=all"];
        LuaNode[] groups = addresses is LuaTable table && table.List.Any() && table.List.All(item => item is LuaTable) ? [.. table.List] : [addresses];
        Steer[] choices = [.. groups.Select(group => Selected((options?["selector"] as LuaText)?.Text ?? "random", group) with { Checks = checks })];
        choices = [.. choices.Select(choice => choice with { Keys = [.. choice.Keys, .. keys] })];
        return choices is [var only] ? only : new Steer(Inner(), "failover", [.. choices.Select(choice => new SteerTarget(choice))]) { Keys = keys };
    }

    private Steer Selected(string selector, LuaNode addresses) => selector switch
    {
        "all" => new Steer(Inner(), "multivalue", [new SteerTarget(Together(Values(addresses)))]),
        "hashed" => Weighted(Singles(Values(addresses))),
        "pickclosest" => new Steer(Inner(), "geo", [.. Singles(Values(addresses))]),
        "random" => Weighted(Singles(Values(addresses)), "spread=random"),
        _ => throw new NotSupportedException($"the selector {selector}"),
    };

    private static List<string> Http(string url, LuaTable? options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https")) throw new NotSupportedException($"the URL \"{url}\"");
        List<string> words = [parsed.Scheme, $"port={Number(parsed.Port)}", HealthCheck.Word($"path={parsed.PathAndQuery}"), HealthCheck.Word($"host={parsed.Host}"),
            $"expect={Number(Whole(options?["httpcode"], 200, 100, 599))}"];
        if ((options?["stringmatch"] as LuaText)?.Text is { Length: > 0 } body) words.Add(HealthCheck.Word($"body={body}"));
        return words;
    }

    private Steer Weighted(IEnumerable<SteerTarget> targets, params IReadOnlyList<string> keys) =>
        new(Inner(), "weighted", [.. targets.Select(target => target with { Weight = target.Weight ?? 1 })]) { Keys = keys };

    private IEnumerable<SteerTarget> Singles(IEnumerable<string> values) => values.Select(value => new SteerTarget(Together([value])));

    private IEnumerable<SteerTarget> Pairs(LuaNode table) =>
        ((table as LuaTable) ?? throw new NotSupportedException("weights without a table")).List.Select(pair => pair is LuaTable { Items: [(_, LuaNumber weight), (_, LuaText value)] }
            ? new SteerTarget(Together([value.Text]), Whole(weight, 1, 0, MostWeight)) : throw new NotSupportedException("weights in other than pairs of weight and value"));

    private Endpoints Together(IEnumerable<string> values) => new(Leaf(), [.. values.Select(Record)]);

    private (string Type, string Data) Record(string value)
    {
        if (type == "CNAME") return DomainName.TryParse(value, DomainName.Root, out DomainName? name, out _) ? (type, name.ToString().ToLowerInvariant())
            : throw new NotSupportedException($"\"{value}\" as a name");
        return IPAddress.TryParse(value, out IPAddress? address) && value.Contains(':', StringComparison.Ordinal) == (type == "AAAA")
            ? (type, address.ToString()) : throw new NotSupportedException($"\"{value}\" in a record of type {type}");
    }

    private static LuaNode First(LuaCall call) => call.Arguments.Count > 0 ? call.Arguments[0] : throw new NotSupportedException($"{call.Function} without arguments");

    /// <summary>One text or number, or a table of them.</summary>
    private static IReadOnlyList<string> Values(LuaNode node) => node switch
    {
        LuaText text => [text.Text],
        LuaNumber number => [Number(number.Value)],
        LuaTable table when table.Items.Count > 0 && table.Items.All(item => item is (null, LuaText or LuaNumber)) => [.. table.List.SelectMany(Values)],
        _ => throw new NotSupportedException("something but a list of texts"),
    };

    private string Leaf() => $"{label}-{(++_leaves).ToString(CultureInfo.InvariantCulture)}";

    private string Inner() => $"{label}-choice-{(++_inner).ToString(CultureInfo.InvariantCulture)}";

    private static int Whole(LuaNode? node, int otherwise, int least, int most) => node is null ? otherwise
        : node is LuaNumber { Value: var value } && value >= least && value <= most && value == Math.Floor(value) ? (int)value : throw new NotSupportedException($"something but a number from {Number(least)} to {Number(most)}");

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
