using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Resources of the plugins that hold addresses: multifo, simplefo, weighted (gdnsd-plugin-multifo(8) and so on).</summary>
internal sealed class GdnsdAddresses(GdnsdChecks checks, ZoneDraft draft)
{
    /// <summary>Weights of STEER end here; gdnsd's below 2^20.</summary>
    private const int MostWeight = 65535, GdnsdWeight = (1 << 20) - 1;

    /// <summary>gdnsd, with everything down, answers as if all were up.</summary>
    private static readonly string[] AllDown = ["all-down=all"];

    /// <summary>All addresses that are up; all of them when fewer than up_thresh are.</summary>
    public Choice Multifo(string label, GdnsdScope resource)
    {
        var families = Families(resource).Select(family => (Records: Addresses(family.Scope, family.Type), family.Scope)).ToArray();
        if (resource.Flag("ignore_health")) draft.Note(label, "ignore_health is not carried over: addresses that are down are left out", null,
            resource["ignore_health"]!.At);
        Steer[] steers = [.. families.Select(family => Group(label, [.. family.Records.Select(record => record.Record)], family.Scope))];
        return steers is [var a, var b] && Same(a.Checks, b.Checks) ? a with { Targets = [new(new Endpoints(label, [.. Records(a), .. Records(b)]))] }
            : steers is [var only] ? only : Both(label, "multivalue", steers);
    }

    /// <summary>The primary while it is up, else the secondary.</summary>
    public Choice Simplefo(string label, GdnsdScope resource)
    {
        Steer[] steers = [.. Families(resource).Select(family => new Steer(label, "failover",
            [.. ((string[])["primary", "secondary"]).Select(role => new SteerTarget(new Endpoints(role, [Role(family.Scope, role, family.Type)])))])
        {
            Checks = checks.Of(family.Scope, 1),
            Keys = AllDown,
        })];
        return Merge(label, "failover", steers);
    }

    private static (string Type, string Data) Role(GdnsdScope scope, string role, string? type) =>
        Address(scope.Own[role] ?? throw new InputException($"{scope.At}: expected primary and secondary"), type);

    /// <summary>One of the addresses, groups or names, by weight.</summary>
    public Choice Weighted(string label, GdnsdScope resource)
    {
        Steer[] steers = [.. Families(resource).Select(family => Weighted(label, family.Scope, family.Type))];
        if (resource["up_thresh"] is { } threshold && steers.Any(steer => steer.Checks.Count > 0))
            draft.Note(label, "up_thresh of weighted is not carried over: whatever is up shares the clients, however little it is", null, threshold.At);
        return Merge(label, "weighted", steers);
    }

    private Steer Weighted(string label, GdnsdScope scope, string? type)
    {
        IReadOnlyList<HealthCheck> used = checks.Of(scope, 1);
        bool isMulti = scope.Flag("multi");
        List<(Choice Choice, int Weight, SourcePosition At)> targets = [];
        foreach ((string name, VscfValue value) in scope.Labels)
        {
            if (value is not VscfHash group)
            {
                (string text, int weight) = Item(value);
                targets.Add((new Endpoints(name, [Data(text, type, value.At)]), weight, value.At));
                continue;
            }

            (string Name, (string Type, string Data) Record, int Weight)[] items = [.. group.Entries
                .Select(entry => (entry.Key, Data(Item(entry.Value).Text, type, entry.Value.At), Item(entry.Value).Weight))];
            Choice choice = isMulti
                ? new Steer(name, "weighted", [.. items.Select(item => new SteerTarget(new Endpoints(item.Name, [item.Record]), item.Weight))]) { Checks = used, Keys = ["spread=random", .. AllDown] }
                : new Endpoints(name, [.. items.Select(item => item.Record)]);
            if (!isMulti && items.DistinctBy(item => item.Weight).Count() > 1)
                draft.Note($"{label} {name}", "weights within a group decide how often an address is in the answer; here all that are up are", null, value.At);
            targets.Add((choice, (int)Math.Min(int.MaxValue, items.Sum(item => (long)item.Weight)), value.At));
        }

        if (targets.Count == 0) throw new InputException($"{scope.At}: the resource has no addresses");
        bool isEven = targets.DistinctBy(target => target.Weight).Count() == 1;
        if (isMulti && !isEven) draft.Note(label, "multi with unequal weights, each address in a share of the answers, is not carried over: one address is answered, by weight", null, scope.At);
        if (isMulti && isEven) return new Steer(label, "multivalue", [.. targets.Select(target => new SteerTarget(target.Choice))]) { Checks = used, Keys = AllDown };
        double scale = Math.Min(1, (double)MostWeight / targets.Max(target => target.Weight));
        if (scale < 1) draft.Note(label, $"weights above {MostWeight} are made smaller, all by the same factor", null, scope.At);
        return new Steer(label, "weighted", [.. targets.Select(target => new SteerTarget(target.Choice, Math.Max(1, (int)(target.Weight * scale))))])
        {
            Checks = used,
            Keys = ["spread=random", .. AllDown],
        };
    }

    /// <summary>The stanzas of each family, or the resource as one of the family that its addresses have.</summary>
    private static IEnumerable<(GdnsdScope Scope, string? Type)> Families(GdnsdScope resource)
    {
        bool any = false;
        foreach ((string key, string type) in ((string, string)[])[("addrs_v4", "A"), ("addrs_v6", "AAAA")])
        {
            if (resource.Own[key] is not { } stanza) continue;
            any = true;
            yield return (resource.Below(AsHash(stanza)), type);
        }

        if (!any) yield return (resource, null);
    }

    /// <summary>An array of addresses has labels 1, 2 and so on.</summary>
    public static VscfHash AsHash(VscfValue value) => value as VscfHash
        ?? new VscfHash(value.At, [.. value.Items.Select((item, i) => KeyValuePair.Create((i + 1).ToString(CultureInfo.InvariantCulture), item))]);

    private static (string Label, (string Type, string Data) Record)[] Addresses(GdnsdScope scope, string? type)
    {
        (string, (string, string))[] all = [.. scope.Labels.Select(entry => (entry.Key, Address(entry.Value, type)))];
        return all.Length > 0 ? all : throw new InputException($"{scope.At}: the resource has no addresses");
    }

    private Steer Group(string label, IReadOnlyList<(string Type, string Data)> records, GdnsdScope scope) => new(label, "multivalue", [new(new Endpoints(label, records))])
    {
        // Both families are judged by themselves.
        Checks = checks.Of(scope, (int)Math.Ceiling(scope.UpThreshold * records.GroupBy(record => record.Type).Max(family => family.Count()))),
        Keys = AllDown,
    };

    private static (string Type, string Data) Address(VscfValue value, string? type)
    {
        string text = value is VscfString one ? one.Text : throw new InputException($"{value.At}: expected an address");
        return Data(text, type, value.At) is { Type: not "CNAME" } record ? record : throw new InputException($"{value.At}: \"{text}\" is no address");
    }

    /// <summary>An address, or a name of a CNAME.</summary>
    public static (string Type, string Data) Data(string text, string? type, SourcePosition at)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address) || (address.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') != 3))
            return type is null && DomainName.TryParse(text, DomainName.Root, out DomainName? name, out _) ? ("CNAME", name.ToString().ToLowerInvariant())
                : throw new InputException($"{at}: \"{text}\" is no address");
        string found = address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA";
        return type is null || type == found ? (found, address.ToString()) : throw new InputException($"{at}: {text} is no {(type == "A" ? "IPv4" : "IPv6")} address");
    }

    private static (string Text, int Weight) Item(VscfValue value)
    {
        if (value is VscfArray { Values: [VscfString { Text: var text }, VscfString { Text: var number }] }
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int weight) && weight is > 0 and <= GdnsdWeight)
            return (text, weight);
        throw new InputException($"{value.At}: expected [ ADDRESS, WEIGHT ], the weight from 1 to {GdnsdWeight}");
    }

    /// <summary>What is alike for both families in one, by label; else their targets side by side, of which each query finds those of its family.</summary>
    private static Choice Merge(string label, string policy, Steer[] steers)
    {
        if (steers is [var only]) return only;
        if (!Same(steers[0].Checks, steers[1].Checks) || steers[0].Policy != steers[1].Policy) return Both(label, policy == "weighted" ? "multivalue" : policy, steers);
        List<SteerTarget> targets = [.. steers[0].Targets];
        foreach (SteerTarget more in steers[1].Targets)
        {
            int same = targets.FindIndex(target => target.Weight == more.Weight && target.Choice is Endpoints && more.Choice is Endpoints
                && target.Choice.Label == more.Choice.Label);
            if (same >= 0) targets[same] = targets[same] with { Choice = (Endpoints)targets[same].Choice with { Records = [.. ((Endpoints)targets[same].Choice).Records, .. ((Endpoints)more.Choice).Records] } };
            else targets.Add(more);
        }

        return steers[0] with { Targets = targets };
    }

    private static Steer Both(string label, string policy, Steer[] steers) =>
        new(label, policy, [.. steers.Select(steer => new SteerTarget(steer with { Label = $"{label}-{(steer.HasIPv4 ? "v4" : "v6")}" }))]) { Keys = AllDown };

    private static IEnumerable<(string Type, string Data)> Records(Steer steer) => ((Endpoints)steer.Targets[0].Choice).Records;

    private static bool Same(IReadOnlyList<HealthCheck> a, IReadOnlyList<HealthCheck> b) => a.SequenceEqual(b);
}
