using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>How narrowly an override names its target; the narrowest that matches counts.</summary>
public enum OverrideScope
{
    /// <summary><c>eu-west</c>: that label in every zone.</summary>
    Label = 1,

    /// <summary><c>eu-west.gslb.example.</c>: one region.</summary>
    Owner,

    /// <summary><c>eu-west/198.51.100.10</c>: one address.</summary>
    Address,

    /// <summary><c>www.gslb.example.@eu-west</c>: one target of one steered name.</summary>
    Name,
}

/// <summary>What an operator's word for a target means in a topology.</summary>
/// <param name="Canonical">The one spelling under which overrides are kept.</param>
/// <param name="Regions">Indices of the regions meant; empty when a nested steered name is.</param>
/// <param name="Address">With <see cref="OverrideScope.Address"/>.</param>
/// <param name="Name">With <see cref="OverrideScope.Name"/>: index of the steered name; otherwise -1.</param>
/// <param name="Nested">With <see cref="OverrideScope.Name"/>: index of the steered name that is the target; otherwise -1.</param>
public sealed record OverrideTarget(string Canonical, OverrideScope Scope, ImmutableArray<int> Regions, IPAddress? Address, int Name, int Nested)
{
    /// <param name="text">As an operator types it: case does not matter, nor does the final dot of a name with several labels.</param>
    /// <param name="problem">Null when read; otherwise what is wrong, with what was probably meant.</param>
    public static OverrideTarget? Read(string text, Topology topology, out string? problem)
    {
        string word = text.Trim().ToLowerInvariant();
        int at = word.IndexOf('@', StringComparison.Ordinal);
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        if (at >= 0)
            return ReadName(word[..at], word[(at + 1)..], topology, out problem);
        return slash >= 0 ? ReadAddress(word[..slash], word[(slash + 1)..], topology, out problem) : ReadRegion(word, topology, out problem);
    }

    /// <summary>Whether an address of a target of a name is meant.</summary>
    /// <param name="address">Null for a CNAME region and for a nested name.</param>
    public bool Matches(int name, Target target, IPAddress? address)
    {
        if (Name >= 0 && Name != name)
            return false;
        if (target.IsName)
            return Nested == target.Index;
        return Regions.Contains(target.Index) && (Address is null || Address.Equals(address));
    }

    private static OverrideTarget? ReadRegion(string word, Topology topology, out string? problem)
    {
        problem = null;
        ImmutableArray<int> labelled = Where(topology, region => region.Label == word);
        if (labelled.Length > 0)
            return new OverrideTarget(word, OverrideScope.Label, labelled, null, -1, -1);

        string owner = word.EndsWith('.') ? word : word + ".";
        ImmutableArray<int> owned = Where(topology, region => region.Name == owner);
        if (owned.Length > 0)
            return new OverrideTarget(owner, OverrideScope.Owner, owned, null, -1, -1);

        problem = topology.Names.Any(name => name.Owner == owner)
            ? $"{owner} is a steered name: name one of its targets, such as {owner}@{FirstTarget(topology, owner)}"
            : $"region \"{word}\" is not defined" + (Suggestion.For(word, Known(topology)) is { Length: > 0 } guess ? guess : Listed(topology));
        return null;
    }

    private static OverrideTarget? ReadAddress(string region, string text, Topology topology, out string? problem)
    {
        if (ReadRegion(region, topology, out problem) is not { } found)
            return null;
        if (!IPAddress.TryParse(text.TrimStart('[').TrimEnd(']'), out IPAddress? address))
        {
            problem = $"\"{text}\" is not an address: expected {found.Canonical}/ADDRESS";
            return null;
        }

        ImmutableArray<int> having = [.. found.Regions.Where(index => topology.Regions[index].Addresses.Contains(address))];
        if (having.Length > 0)
            return found with { Canonical = $"{found.Canonical}/{address}", Scope = OverrideScope.Address, Regions = having, Address = address };

        problem = $"{found.Canonical} has no address {address} (it has {string.Join(", ", found.Regions.SelectMany(index => topology.Regions[index].Addresses).Distinct())})";
        return null;
    }

    private static OverrideTarget? ReadName(string name, string target, Topology topology, out string? problem)
    {
        string owner = name.EndsWith('.') ? name : name + ".";
        int index = topology.Names.ToList().FindIndex(steered => steered.Owner == owner);
        if (index < 0)
        {
            problem = $"{owner} is not a steered name" + Suggestion.For(owner, topology.Names.Select(steered => steered.Owner));
            return null;
        }

        SteeredName steered = topology.Names[index];
        string absolute = target.EndsWith('.') ? target : target + ".";
        foreach (Target candidate in steered.Targets)
        {
            string full = candidate.IsName ? topology.Names[candidate.Index].Owner : topology.Regions[candidate.Index].Name;
            if (full == absolute || Names.FirstLabel(full) == target)
            {
                problem = null;
                return new OverrideTarget($"{owner}@{(full == absolute ? absolute : target)}", OverrideScope.Name, candidate.IsName ? [] : [candidate.Index], null, index,
                    candidate.IsName ? candidate.Index : -1);
            }
        }

        string[] labels = [.. steered.Targets.Select(candidate => Names.FirstLabel(candidate.IsName ? topology.Names[candidate.Index].Owner : topology.Regions[candidate.Index].Name))];
        string guess = Suggestion.For(target, labels);
        problem = $"\"{target}\" is no target of {owner}" + (guess.Length > 0 ? guess : $" (targets: {string.Join(", ", labels)})");
        return null;
    }

    private static ImmutableArray<int> Where(Topology topology, Func<Region, bool> holds)
        => [.. Enumerable.Range(0, topology.Regions.Length).Where(index => holds(topology.Regions[index]))];

    private static IEnumerable<string> Known(Topology topology) => topology.Regions.SelectMany(region => (string[])[region.Label, region.Name]).Distinct();

    private static string Listed(Topology topology)
        => topology.Regions.Length == 0 ? "" : $" (regions: {string.Join(", ", topology.Regions.Select(region => region.Label).Distinct().Order(StringComparer.Ordinal).Take(12))})";

    private static string FirstTarget(Topology topology, string owner)
    {
        Target first = topology.Names.First(name => name.Owner == owner).Targets[0];
        return Names.FirstLabel(first.IsName ? topology.Names[first.Index].Owner : topology.Regions[first.Index].Name);
    }
}
