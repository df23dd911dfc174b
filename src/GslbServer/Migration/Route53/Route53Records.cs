using GslbServer.Dns;

namespace GslbServer;

/// <summary>Record sets of a hosted zone by name: their values as RDATA, and where aliases among them lead.</summary>
/// <param name="sets">Of names of the zone.</param>
internal sealed class Route53Records(IReadOnlyList<Route53Set> sets, ZoneDraft draft)
{
    /// <summary>Route 53 names no bound; an alias to an alias to an alias is rare.</summary>
    private const int MostAliases = 8;

    private readonly ILookup<string, Route53Set> _byName = sets.ToLookup(set => set.Name);

    public IEnumerable<Route53Set> At(string name) => _byName[name];

    /// <summary>Its values as a zone file has them. Those that no zone can hold are left out, and told.</summary>
    public IReadOnlyList<string> DataOf(Route53Set set)
    {
        if (!ZoneDraft.TryType(set.Type, out RecordType type))
        {
            draft.Note(set.Subject, "is not carried over: there is no such type of records");
            return [];
        }

        List<string> data = [];
        foreach (string value in set.Values)
        {
            if (!Route53Text.TryRdata(type, value, out string? rdata, out string? control, out string? error)) draft.Note(set.Subject, $"a value is not carried over: {error}", "write the record by hand");
            else
            {
                if (control is not null) draft.Note(set.Subject, $"a value has {control}, which Route 53 takes in none; here it is an escape", "look whether it belongs there");
                if (!data.Contains(rdata)) data.Add(rdata);
            }
        }

        return data;
    }

    /// <summary>Where an alias ends, through other aliases of the zone.</summary>
    /// <param name="type">Of the alias, and so of what it answers with.</param>
    public Route53AliasEnd Follow(string alias, string type)
    {
        for (int i = 0; i < MostAliases; i++)
        {
            Route53Set[] there = [.. At(alias)];
            if (there.Any(set => set.Identifier is not null && (set.Type == type || set.Type == "CNAME"))) return new Route53AliasEnd(alias, Route53AliasKind.Steered);
            Route53Set? same = there.FirstOrDefault(set => set.Identifier is null && set.Type == type);
            if (same is null) return new Route53AliasEnd(alias, there.Length == 0 || there.Any(set => set.Type == "CNAME") ? Route53AliasKind.Elsewhere : Route53AliasKind.Nothing);
            if (same.Alias is null) return new Route53AliasEnd(alias, Route53AliasKind.Records) { Set = same };
            alias = same.Alias;
        }

        draft.Note($"{alias} {type}", $"aliases that lead to aliases more than {MostAliases} times, or in a circle, are not carried over", "steer the name by hand");
        return new Route53AliasEnd(alias, Route53AliasKind.Endless);
    }
}

/// <param name="Name">The last name on the way.</param>
internal sealed record Route53AliasEnd(string Name, Route53AliasKind Kind)
{
    /// <summary>Of <see cref="Route53AliasKind.Records"/>: what the alias answers with.</summary>
    public Route53Set? Set { get; init; }
}

internal enum Route53AliasKind
{
    /// <summary>Sets of the name without a routing policy.</summary>
    Records,

    /// <summary>A name of the zone with a routing policy.</summary>
    Steered,

    /// <summary>A name that is not in the zone, or a CNAME in it.</summary>
    Elsewhere,

    /// <summary>A name of the zone without records of that type.</summary>
    Nothing,

    /// <summary>Too many aliases, or a circle; a note told it.</summary>
    Endless,
}
