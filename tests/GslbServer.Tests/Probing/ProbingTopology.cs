using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Tests.Probing;

/// <summary>Topologies for probes, made by hand: one region, any number of checks of one address each.</summary>
internal static class ProbingTopology
{
    public static Check Check(CheckKind kind, int port, string path = "/", string? host = null, string? body = null, string? send = null, string? receive = null,
        double every = 2, double timeout = 1, int fall = 2, int rise = 3, bool verify = true, string? command = null, params (int From, int To)[] expect) =>
        new("web.example.org.", kind, port, path, host, expect.Length == 0 ? [(200, 200)] : [.. expect], body, send, receive, TimeSpan.FromSeconds(every),
            TimeSpan.FromSeconds(timeout), fall, rise, verify, command, 1, ImmutableDictionary<int, ImmutableArray<IPAddress>>.Empty);

    public static Topology Of(params (string Key, Check Check)[] monitors) => Of(IPAddress.Loopback, null, monitors);

    public static Topology OfHost(string host, params (string Key, Check Check)[] monitors) => Of(null, host, monitors);

    private static Topology Of(IPAddress? address, string? host, (string Key, Check Check)[] monitors) => new(
        [new Region("eu-west.example.org.", "eu-west", "example.org.", 53, -6, 0, null, address is null ? [] : [address], host)],
        [.. monitors.Select(m => m.Check)], [.. monitors.Select((m, i) => new Monitor(m.Key, i, 0, address, host))], [], "0123456789abcdef");
}
