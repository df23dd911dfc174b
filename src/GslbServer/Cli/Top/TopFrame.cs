namespace GslbServer;

/// <summary>What <c>gslb top</c> shows at one moment, and <c>--json</c> prints.</summary>
/// <param name="IntervalSeconds">What rates are means of.</param>
/// <param name="Sampled">Decisions that shares are of: at most one a second and serving thread, of the last minutes.</param>
internal sealed record TopFrame(DateTimeOffset At, string Node, string? Region, bool Healthy, string Mode, double UptimeSeconds, double IntervalSeconds, double QueriesPerSecond, double CpuPercent,
    IReadOnlyList<TopRate> Transports, IReadOnlyList<TopRate> Rcodes, int Sampled, IReadOnlyList<TopRegion> Regions, IReadOnlyList<TopRate> Names, IReadOnlyList<TopClient> Clients,
    IReadOnlyList<OverrideView> Overrides, IReadOnlyList<NodeEvent> Events, IReadOnlyList<string> Warnings)
{
    private const int Most = 20;

    /// <param name="samples">Newest last.</param>
    /// <param name="placeOf">Where a client is, as far as that is known yet.</param>
    public static TopFrame Of(TopReading before, TopReading now, IReadOnlyCollection<NodeEvent> samples, IReadOnlyList<NodeEvent> events, Func<string, string> placeOf)
    {
        double seconds = Math.Max(0.001, (now.At - before.At).TotalSeconds);
        StatusReport status = now.Status;
        TopRate[] transports = Rates("gslb_dns_queries_total", "transport");
        Dictionary<string, int> answers = Count(samples.SelectMany(sample => RegionsOf(sample, status)));
        return new TopFrame(now.At, status.Node.Name, status.Node.Region, status.Healthy, status.Mode, status.Node.UptimeSeconds, Math.Round(seconds, 3), transports.Sum(one => one.PerSecond),
            Math.Round(100 * Rate("process_cpu_seconds_total"), 1), transports, Rates("gslb_dns_responses_total", "rcode"), samples.Count,
            [.. status.Regions.Select(region => TopRegion.Of(region, Math.Round(Rate($"gslb_region_answers_total{{region=\"{region.Name}\"}}"), 1), Share(answers.GetValueOrDefault(region.Label))))],
            [.. Rates("gslb_name_answers_total", "name").OrderByDescending(one => one.PerSecond).ThenByDescending(one => one.Total).Take(Most)],
            [.. Top(samples.Select(sample => sample.From ?? "")).Select(one => new TopClient(one.Key, placeOf(one.Key), Share(one.Value)))],
            status.Overrides, events, status.Warnings);

        double Share(int count) => samples.Count == 0 ? 0 : Math.Round(count / (double)samples.Count, 4);
        double Rate(string series) => Math.Max(0, now.Metrics[series] - before.Metrics[series]) / seconds;
        TopRate[] Rates(string metric, string label) => [.. now.Metrics.By(metric, label)
            .Select(one => new TopRate(one.Label, Math.Round(Math.Max(0, one.Value - before.Metrics[$"{metric}{{{label}=\"{one.Label}\"}}"]) / seconds, 1), (long)one.Value))];
    }

    private static Dictionary<string, int> Count(IEnumerable<string> words) => words.GroupBy(word => word, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, int>> Top(IEnumerable<string> words) =>
        Count(words).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Take(Most);

    /// <summary>Whose addresses an answer had; a region with a CNAME by that name.</summary>
    private static IEnumerable<string> RegionsOf(NodeEvent sample, StatusReport status)
    {
        string[] answer = (sample.To ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return status.Regions.Where(region => region.Addresses.Any(address => answer.Contains(address, StringComparer.Ordinal))).Select(region => region.Label).Distinct(StringComparer.Ordinal);
    }
}

/// <param name="Total">Since the node started.</param>
internal sealed record TopRate(string Name, double PerSecond, long Total);

/// <param name="Client">A prefix.</param>
/// <param name="Place">Country, continent and AS; empty while not known.</param>
/// <param name="Share">Of sampled decisions, 0 to 1.</param>
internal sealed record TopClient(string Client, string Place, double Share);

/// <param name="AnswersPerSecond">Of all answers; of several regions in one the first.</param>
/// <param name="Answers">Share of sampled answers that had an address of it; several regions in one answer count each.</param>
/// <param name="RequestsPerSecond">As its balancers report; null where none does.</param>
internal sealed record TopRegion(string Region, string State, double AnswersPerSecond, double Answers, int AddressesUp, int Addresses, double? RequestsPerSecond, double? Utilisation, IReadOnlyList<string> Overrides)
{
    public static TopRegion Of(RegionStatus region, double perSecond, double answers) => new(region.Label, region.State, perSecond, answers, region.Checks.Count == 0 ? region.Addresses.Count : region.Checks.Count(check => check.Verdict == "up"),
        region.Checks.Count == 0 ? region.Addresses.Count : region.Checks.Count, region.Load?.Rps, region.Load?.Utilisation, region.Overrides);
}

/// <summary>One look at a node.</summary>
internal sealed record TopReading(DateTimeOffset At, StatusReport Status, MetricSamples Metrics);
