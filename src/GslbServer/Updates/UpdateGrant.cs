using GslbServer.Dns;

namespace GslbServer;

/// <summary>Which names a grant covers.</summary>
internal enum GrantScope
{
    /// <summary>Every name of every zone.</summary>
    All,

    /// <summary>A name and all below it (BIND: <c>subdomain</c>).</summary>
    Below,

    /// <summary>One name (BIND: <c>name</c>).</summary>
    Exactly,

    /// <summary>Names that begin and end as written, with one label or more in between (<c>_acme-challenge.*</c>, <c>*.dyn.example.org</c>).</summary>
    Pattern,

    /// <summary>The name that the key has (BIND: <c>self</c>).</summary>
    Self,

    /// <summary>The name that the key has, and all below it (BIND: <c>selfsub</c>).</summary>
    SelfBelow,
}

/// <summary>One item of <c>--update-allow</c>: what the holder of a key may change by RFC 2136, as BIND's <c>update-policy</c> grants it. Immutable.</summary>
/// <param name="Text">As written.</param>
/// <param name="Types">Empty: every type but those that no update may touch, and NS, which has to be named.</param>
public sealed record UpdateGrant(DomainName Key, string Text, IReadOnlyList<RecordType> Types)
{
    private const string KeyPrefix = "key:", Expected = "expected key:NAME, key:NAME@DOMAIN or key:NAME@DOMAIN:TYPE,TYPE such as key:acme@_acme-challenge.*:TXT";

    internal GrantScope Scope { get; init; }

    /// <summary>Of the scope; of a pattern what follows the star.</summary>
    internal DomainName Domain { get; init; } = DomainName.Root;

    /// <summary>Of a pattern: the labels before the star, as a name.</summary>
    internal DomainName First { get; init; } = DomainName.Root;

    /// <param name="text">As in <c>--update-allow</c>.</param>
    /// <param name="grant">Meaningful only when the result is null.</param>
    /// <returns>What is wrong.</returns>
    public static string? TryParse(string text, out UpdateGrant grant)
    {
        grant = new UpdateGrant(DomainName.Root, text, []);
        if (!text.StartsWith(KeyPrefix, StringComparison.Ordinal))
            return $"{Expected}; an address alone proves nothing, so it allows nothing";
        string rest = text[KeyPrefix.Length..];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        string[] types = colon < 0 ? [] : rest[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries);
        string[] who = (colon < 0 ? rest : rest[..colon]).Split('@');
        if (who.Length > 2 || who[0].Length == 0)
            return Expected;
        if (!DomainName.TryParse(who[0], DomainName.Root, out DomainName? key, out string? wrong))
            return $"'{who[0]}' is no name of a key: {wrong}";
        var parsed = new List<RecordType>();
        foreach (string type in types)
        {
            if (!RecordTypeName.TryParse(type.ToUpperInvariant(), out RecordType known) || RecordTypeName.IsMetaOrQuestion(known))
                return $"'{type}' is no type of records; expected some such as TXT,A,AAAA,CNAME";
            if (UpdateRules.IsNeverUpdated(known))
                return $"{RecordTypeName.Of(known)} is changed by no update; expected types such as TXT,A,AAAA,CNAME";
            parsed.Add(known);
        }

        grant = new UpdateGrant(key, text, parsed);
        return who.Length == 1 ? null : grant.TryScope(who[1], out grant);
    }

    /// <summary>Whether the holder of the key may change records of this type at this name.</summary>
    public bool Allows(DomainName owner, RecordType type) => (Types.Count == 0 ? type != RecordType.NS : Types.Contains(type)) && Scope switch
    {
        GrantScope.All => true,
        GrantScope.Below => owner.IsAtOrBelow(Domain),
        GrantScope.Exactly => owner.Equals(Domain),
        GrantScope.Self => owner.Equals(Key),
        GrantScope.SelfBelow => owner.IsAtOrBelow(Key),
        _ => Matches(owner),
    };

    public override string ToString() => Text;

    private string? TryScope(string domain, out UpdateGrant grant)
    {
        grant = this;
        switch (domain)
        {
            case "self":
                grant = this with { Scope = GrantScope.Self };
                return null;
            case "selfsub":
                grant = this with { Scope = GrantScope.SelfBelow };
                return null;
        }

        bool isExact = domain.StartsWith('=');
        string[] sides = (isExact ? domain[1..] : domain).TrimEnd('.').Split('*');
        bool isPattern = sides.Length == 2 && (sides[0].Length == 0 || sides[0].EndsWith('.')) && (sides[1].Length == 0 || sides[1].StartsWith('.')) && !isExact;
        if (sides.Length > 1 && !isPattern)
            return $"'{domain}': expected one * that stands for whole labels, as in _acme-challenge.* or *.dyn.example.org";
        if (Name(sides[0].TrimEnd('.'), out DomainName first) is { } badFirst)
            return badFirst;
        if (!isPattern)
        {
            grant = this with { Scope = isExact ? GrantScope.Exactly : GrantScope.Below, Domain = first };
            return null;
        }

        string? badLast = Name(sides[1].TrimStart('.'), out DomainName last);
        grant = this with { Scope = GrantScope.Pattern, First = first, Domain = last };
        return badLast;
    }

    private static string? Name(string text, out DomainName name)
    {
        bool isName = DomainName.TryParse(text.Length == 0 ? "." : text, DomainName.Root, out DomainName? parsed, out string? wrong);
        name = parsed ?? DomainName.Root;
        return isName ? null : $"'{text}' is no domain name: {wrong}";
    }

    private bool Matches(DomainName owner)
    {
        int first = First.LabelCount, last = Domain.LabelCount, labels = owner.LabelCount;
        return labels > first + last && owner.IsAtOrBelow(Domain) && StartsWith(owner, First);
    }

    /// <summary>Labels compare without case, and their lengths are part of the wire form.</summary>
    private static bool StartsWith(DomainName owner, DomainName first)
    {
        string begin = first.IsRoot ? "" : first.ToLower().ToString();
        return owner.ToLower().ToString().StartsWith(begin, StringComparison.Ordinal);
    }
}
