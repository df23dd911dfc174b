using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>Collects what is to be probed: equal checks of one address are one monitor, whoever asks for them.</summary>
internal sealed class MonitorTable(ImmutableArray<Region> regions, ImmutableArray<Check> checks)
{
    private readonly Dictionary<string, int> _byKey = [];
    private readonly List<Monitor> _monitors = [];
    private readonly string[] _digests = [.. checks.Select(Digest)];

    public ImmutableArray<Monitor> Build() => [.. _monitors];

    /// <summary>The monitors of each address of a region under these checks.</summary>
    public ImmutableArray<ImmutableArray<int>> Of(int region, ImmutableArray<int> usedChecks)
    {
        int endpoints = regions[region].CnameTarget is null ? regions[region].Addresses.Length : 1;
        var all = new ImmutableArray<int>[endpoints];
        for (int i = 0; i < endpoints; i++)
            all[i] = [.. usedChecks.SelectMany(check => OfEndpoint(region, i, check)).Distinct()];
        return [.. all];
    }

    private IEnumerable<int> OfEndpoint(int region, int endpoint, int check)
    {
        if (checks[check].Kind == CheckKind.None)
            return [];
        if (checks[check].ProbeAddresses.TryGetValue(region, out ImmutableArray<IPAddress> instead))
            return instead.Select(address => Add(check, region, address, null));
        return regions[region].CnameTarget is { } host
            ? [Add(check, region, null, host)]
            : [Add(check, region, regions[region].Addresses[endpoint], null)];
    }

    private int Add(int check, int region, IPAddress? address, string? hostName)
    {
        Check definition = checks[check];
        string host = address is null ? hostName ?? "" : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        string key = string.Create(CultureInfo.InvariantCulture, $"{definition.Kind.ToString().ToLowerInvariant()}:{host}:{definition.Port}:{_digests[check]}");
        if (!_byKey.TryGetValue(key, out int index))
        {
            index = _monitors.Count;
            _byKey.Add(key, index);
            _monitors.Add(new Monitor(key, check, region, address, hostName));
        }

        return index;
    }

    /// <summary>8 hexadecimal digits over everything that gives a probe and its verdict their meaning; min-up and the check's name are not part of that.</summary>
    private static string Digest(Check check)
    {
        string expect = string.Join(',', check.Expect.Select(range => $"{range.From}-{range.To}"));
        string[] parts =
        [
            check.Kind.ToString(), check.Port.ToString(CultureInfo.InvariantCulture), check.Path, check.Host ?? "", expect, check.Body ?? "", check.Send ?? "",
            check.Receive ?? "", check.Every.Ticks.ToString(CultureInfo.InvariantCulture), check.Timeout.Ticks.ToString(CultureInfo.InvariantCulture),
            check.Fall.ToString(CultureInfo.InvariantCulture), check.Rise.ToString(CultureInfo.InvariantCulture), check.Verify ? "verify" : "", check.Command ?? "",
        ];
        return ((uint)StableHash.Of(string.Join('\0', parts))).ToString("x8", CultureInfo.InvariantCulture);
    }
}
