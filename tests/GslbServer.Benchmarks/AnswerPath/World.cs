using System.Security.Cryptography;
using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>What a node would serve: a zone of that size, read from its text as every zone is, and a geo database.</summary>
internal sealed class World
{
    private World(int names, int steered, GeoTable geo, ZoneSet zones, Topology topology)
    {
        IsSigned = zones.Zones.Any(zone => zone.Signatures is not null);
        Names = names;
        Steered = steered;
        Plan = SteeringPlan.Compile(topology, geo);
        Table = SteeringTable.Compile(Plan, HealthTable.Unknown(topology, TimeSpan.FromHours(1)), null);
        Handler = new QueryHandler(new ServingState(new Snapshot(zones, Table, new byte[topology.Regions.Length][])), new ServerIdentity("bench", "0"),
            new ClientNetworks(NodeOptions.DefaultExplainAllow),
            guard: new QueryGuard(new CoarseClock(TimeProvider.System), CookieSecrets.Random(), RateLimitOptions.Off, threads: 1));
    }

    /// <summary>Static names h0 ...</summary>
    public int Names { get; }

    /// <summary>Steered names s0 ...</summary>
    public int Steered { get; }

    /// <summary>Then queries ask with DO.</summary>
    public bool IsSigned { get; }

    public SteeringPlan Plan { get; }

    public SteeringTable Table { get; }

    public QueryHandler Handler { get; }

    /// <param name="names">Static names, each with A and AAAA.</param>
    /// <param name="steered">Names steered by distance.</param>
    /// <param name="regions">Targets of each.</param>
    /// <param name="isSigned">By one key on P-256, with NSEC.</param>
    public static World Build(int names, int steered, int regions, GeoTable geo, bool isSigned = false)
    {
        string folder = Directory.CreateTempSubdirectory("gslb-bench-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "example.org.zone"), Zone(names, steered, regions));
            LoadedZones loaded = ZoneLoader.Load([folder], signing: isSigned ? Signing() : null);
            return loaded is { Zones: { } zones, Topology: { } topology }
                ? new World(names, steered, geo, zones, topology)
                : throw new InvalidOperationException(string.Join('\n', loaded.Errors));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ZoneSigning Signing()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DnssecKey key = DnssecKey.From(ecdsa, DnssecKey.SecureEntryPoint);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var answers = new AnswerSignatures(new AnswerSignatureOptions());
        answers.Tick(now);
        return new ZoneSigning((_, _, _) => new ZoneKeySet { Published = [key], KeySigners = [key], ZoneSigners = [key] }, now) { Answers = answers, Threads = Environment.ProcessorCount };
    }

    private static string Zone(int names, int steered, int regions)
    {
        var text = new StringBuilder("$ORIGIN example.org.\n$TTL 60\n@ SOA ns1 hostmaster 1 7200 3600 86400 60\n@ NS ns1\nns1 A 192.0.2.53\n");
        string targets = "";
        for (int i = 0; i < regions; i++)
        {
            // The first three on three continents, the rest evenly over the globe: Fibonacci's sphere.
            (double latitude, double longitude) = i switch
            {
                0 => (38, -97),
                1 => (50, 9),
                2 => (20, 100),
                _ => (double.RadiansToDegrees(Math.Asin(2 * (i + .5) / regions - 1)), i * 137.50776 % 360 - 180),
            };
            text.Append(FormattableString.Invariant($"r{i} REGION {latitude:F2} {longitude:F2}\nr{i} A 192.0.2.{i + 1}\n"));
            targets += $" r{i}";
        }

        for (int i = 0; i < steered; i++) text.Append(FormattableString.Invariant($"s{i} 60 STEER geo{targets}\n"));
        // Addresses of the blocks for benchmarks and documentation (RFC 2544, RFC 3849).
        for (int i = 0; i < names; i++)
        {
            text.Append(FormattableString.Invariant($"h{i} A 198.{18 + (i >> 16 & 1)}.{i >> 8 & 255}.{i & 255}\nh{i} AAAA 2001:db8::{i >> 16:x}:{i & 65535:x}\n"));
        }

        return text.ToString();
    }
}
