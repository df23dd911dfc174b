using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Regions, checks and steered names of all zones, checked and frozen: names have become indices. Made by <see cref="TopologyBuilder"/>.</summary>
/// <param name="Hash">16 hexadecimal digits; equal on nodes that steer by the same rules.</param>
public sealed record Topology(
    ImmutableArray<Region> Regions,
    ImmutableArray<Check> Checks,
    ImmutableArray<Monitor> Monitors,
    ImmutableArray<SteeredName> Names,
    string Hash)
{
    public static readonly Topology Empty = new([], [], [], [], "0000000000000000");
}

/// <param name="Name">Owner name, absolute, lower case, final dot.</param>
/// <param name="Label">Its first label: what people call the region.</param>
/// <param name="Bias">Percent, -99..99.</param>
/// <param name="Capacity">Requests per second; null when not written.</param>
/// <param name="CnameTarget">A region without fixed addresses: the answer is this CNAME. Null otherwise.</param>
public sealed record Region(string Name, string Label, string Zone, double Latitude, double Longitude, int Bias, double? Capacity,
    ImmutableArray<IPAddress> Addresses, string? CnameTarget);

public enum CheckKind
{
    Http, Https, Tcp, Tls, Grpc, Dns, Exec, None,
}

/// <summary>A CHECK with all its defaults filled in. See zones/README.md for the keys.</summary>
/// <param name="Expect">Inclusive status ranges.</param>
/// <param name="ProbeAddresses">From <c>address=</c>: region index to the address that is probed instead of the region's own.</param>
public sealed record Check(string Name, CheckKind Kind, int Port, string Path, string? Host, ImmutableArray<(int From, int To)> Expect, string? Body, string? Send,
    string? Receive, TimeSpan Every, TimeSpan Timeout, int Fall, int Rise, bool Verify, string? Command, int MinUp,
    ImmutableDictionary<int, ImmutableArray<IPAddress>> ProbeAddresses);

/// <summary>One thing to probe: one check of one address. Equal checks of one address by several names are one monitor.</summary>
/// <param name="Key">Equal on every node with the same definition, whatever its index: <c>https:198.51.100.10:443:5f3a9c01</c>.</param>
/// <param name="Address">Null for a CNAME region: the prober resolves <paramref name="HostName"/>.</param>
public sealed record Monitor(string Key, int Check, int Region, IPAddress? Address, string? HostName);

public enum PolicyKind
{
    Geo, Latency, Weighted, Failover, Multivalue, Load,
}

public enum AllDown
{
    Last, All, Static, ServFail, NoData, Target,
}

/// <summary>A target of a steered name: a region, or a steered name again.</summary>
/// <param name="Index">Into <see cref="Topology.Regions"/> or <see cref="Topology.Names"/>.</param>
public readonly record struct Target(bool IsName, int Index, int Weight);

/// <summary>A STEER with all its defaults filled in.</summary>
/// <param name="Targets">In the order written, at most 64.</param>
/// <param name="Monitors">For each target that is a region, for each of its addresses (as <see cref="Region.Addresses"/>; one entry for a CNAME region), the
/// monitors that must all be up. Empty for a nested name.</param>
/// <param name="AllDownTarget">With <see cref="AllDown.Target"/>: the region or steered name, which need not be among the targets.</param>
public sealed record SteeredName(string Owner, string Zone, uint Ttl, uint TtlMin, PolicyKind Policy, bool LoadByGeo, ImmutableArray<Target> Targets,
    ImmutableArray<int> Checks, ImmutableArray<ImmutableArray<ImmutableArray<int>>> Monitors, ImmutableArray<PlaceRule> Map, ImmutableArray<PlaceRule> Only,
    ImmutableArray<PlaceRule> Except, int Answers, bool UseSubnet, int PersistIPv4, int PersistIPv6, bool SpreadRandom, TimeSpan Ramp, bool ManualFailback,
    AllDown AllDown, Target AllDownTarget, bool LocalHealthView, TimeSpan? Rto, ImmutableArray<IPAddress> StaticAddresses)
{
    /// <summary>Detection + publication + TTL: the longest that an honouring resolver hands out a dead address.</summary>
    public required TimeSpan WorstCaseFailover { get; init; }

    /// <summary>The part of it until a vantage knows, by the slowest check of this name and of nested ones; zero when nothing is checked.</summary>
    public TimeSpan Detection { get; init; }

    /// <summary>The part of it that resolvers keep an answer: the smallest TTL on the way down nested names.</summary>
    public TimeSpan FailoverTtl { get; init; }

    /// <summary>Round trips that differ by no more than this, or by <see cref="WithinPercent"/>, count as equal.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMilliseconds(5);

    public int WithinPercent { get; init; } = 10;
}

public enum PlaceKind : byte
{
    Network, Asn, Subdivision, Country, EuropeanEconomicArea, Continent, Anywhere,
}

/// <summary>A PLACE and the targets it names (ordinals into <see cref="SteeredName.Targets"/>).</summary>
/// <param name="Code">Upper case: <c>US-CA</c>, <c>DE</c>, <c>EU</c>; empty for networks, ASNs, EEA and <c>*</c>.</param>
public sealed record PlaceRule(PlaceKind Kind, string Code, uint Asn, IPNetwork Network, ImmutableArray<int> Targets);
