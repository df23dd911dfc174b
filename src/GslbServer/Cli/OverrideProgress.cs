using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A drain as it goes: TTLs, traffic, caches, and who still arrives.</summary>
internal sealed class OverrideProgress(CliHost host, AdminClient node)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Without news a line this often.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>After resolvers that honour TTLs have let go, those that do not are waited for this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Of what arrived before: as good as nobody.</summary>
    private const double Drained = 0.01;

    /// <returns>0 when it is complete; 1 when it was taken back or changed meanwhile.</returns>
    public async Task<int> WatchAsync(OverrideView stored, CancellationToken cancel)
    {
        long start = host.Time.GetTimestamp(), said = start;
        long? settledAt = null;
        double before = Arrives(stored);
        string last = "";
        while (true)
        {
            AdminAnswer answer = await node.GetAsync(OverridePath.Of(stored.Target), cancel);
            OverrideView now = answer.Status == StatusCodes.Status404NotFound ? stored with { State = "none" } : answer.Read<OverrideView>();
            if (now.Revision != stored.Revision || now.State == "none")
            {
                throw new CliException($"{stored.Target}: the drain was taken back or changed meanwhile; see 'gslb audit --target {stored.Target}'");
            }

            before = Math.Max(before, Arrives(now));
            string phase = $"{now.Phase} {string.Join(',', now.StandsAsideAt)}";
            if (phase != last || host.Time.GetElapsedTime(said) >= Quiet)
            {
                host.Out.WriteLine($"{Durations.FormatAge(host.Time.GetElapsedTime(start)),6}  {Line(now, host.Time.GetUtcNow())}");
                await host.Out.FlushAsync(cancel);
                (last, said) = (phase, host.Time.GetTimestamp());
            }

            if (now.Phase == "in-force")
            {
                settledAt ??= host.Time.GetTimestamp();
                bool isQuiet = Arrives(now) <= before * Drained;
                if (isQuiet || host.Time.GetElapsedTime(settledAt.Value) > Patience)
                {
                    Conclude(now, isQuiet);
                    return 0;
                }
            }

            await Task.Delay(Poll, host.Time, cancel);
        }
    }

    /// <summary><c>moving, 40 %</c>, for tables.</summary>
    public static string Phase(OverrideView value) => value.Phase switch
    {
        _ when value.StandsAsideAt.Count > 0 => $"{value.Phase}, aside at {string.Join(", ", value.StandsAsideAt)}",
        "moving" => string.Create(CultureInfo.InvariantCulture, $"moving, {value.MovedPercent:0} %"),
        "" => "",
        _ => value.Phase,
    };

    private static string Line(OverrideView value, DateTimeOffset utcNow)
    {
        string what = value.Phase switch
        {
            "scheduled" => string.Create(CultureInfo.InvariantCulture, $"scheduled      begins at {value.StartsAt:u}"),
            "lowering-ttl" => $"lowering-ttl   answers have short TTLs; traffic moves in {Durations.FormatAge((value.MovesAt ?? utcNow) - utcNow)}",
            "moving" => string.Create(CultureInfo.InvariantCulture, $"moving         {value.MovedPercent:0} % of clients are answered otherwise; all in {Durations.FormatAge((value.MovedAt ?? utcNow) - utcNow)}"),
            "settling" => string.Create(CultureInfo.InvariantCulture, $"settling       {value.MovedPercent:0} % of clients are answered otherwise; caches may hold older answers"),
            "in-force" => string.Create(CultureInfo.InvariantCulture, $"in-force       {value.MovedPercent:0} % of clients are answered otherwise; resolvers that honour TTLs have let go"),
            _ => value.Phase,
        };
        string aside = value.StandsAsideAt.Count == 0 ? "" : $"; stands aside at {string.Join(", ", value.StandsAsideAt)}";
        string missing = value.MissingOn.Count == 0 ? "" : $"; not yet on {string.Join(", ", value.MissingOn)}";
        return what + aside + missing + (value.Arriving.Count == 0 ? "" : "; " + Traffic(value, "arrive"));
    }

    private void Conclude(OverrideView value, bool isQuiet)
    {
        if (value.Arriving.Count == 0)
        {
            host.Out.WriteLine($"{value.Target}: done, as far as answers go; no balancer reports what still arrives");
        }
        else if (isQuiet)
        {
            host.Out.WriteLine($"{value.Target}: drained; {Traffic(value, "arrive")}");
        }
        else
        {
            host.Out.WriteLine(host.Terminal.Warning($"{value.Target}: after {Durations.Format(Patience)} {Traffic(value, "still arrive")}: these clients or their resolvers ignore TTLs"));
        }
    }

    private static double Arrives(OverrideView value) => value.Arriving.Sum(one => one.RequestsPerSecond);

    private static string Traffic(OverrideView value, string verb) => string.Create(CultureInfo.InvariantCulture, $"{Arrives(value):0.##} requests per second {verb}")
        + $" ({string.Join(", ", value.Arriving.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Balancer} {one.RequestsPerSecond:0.##}, {one.InFlight:0} in flight")))})";
}
