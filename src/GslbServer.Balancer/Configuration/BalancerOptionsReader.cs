using System.Globalization;
using System.Net;
using GslbServer.State;

namespace GslbServer.Balancer;

/// <summary>Reads the <c>Balancer</c> section and names everything that is wrong with it.</summary>
internal static class BalancerOptionsReader
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(1);

    /// <param name="errors">One line per error is added, each with the configuration path.</param>
    public static BalancerOptions Read(IConfigurationSection section, List<string> errors)
    {
        var fallback = new BalancerOptions();
        Uri? collector = Collector(section.GetSection(nameof(BalancerOptions.Otlp)), errors);
        var trace = SettingsBinder.Read<TraceSettings>(section.GetSection(nameof(BalancerOptions.Trace)), errors);
        AdminSettings.CheckTls(section, errors);
        OtlpOptions exports = OtlpOptions.Read(collector, Environment.GetEnvironmentVariable, errors);
        SettingValues.UnknownKeys(section, typeof(BalancerOptions), errors);
        return new BalancerOptions
        {
            Admin = Admin(section.GetSection(nameof(BalancerOptions.Admin)), fallback.Admin, errors),
            AdminTokenFile = section[nameof(BalancerOptions.AdminTokenFile)] ?? "",
            AdminTlsCert = section[nameof(BalancerOptions.AdminTlsCert)] ?? "",
            AdminTlsKey = section[nameof(BalancerOptions.AdminTlsKey)] ?? "",
            AdminClientCa = section[nameof(BalancerOptions.AdminClientCa)] ?? "",
            AdminReadOpen = AdminSettings.ReadIsOpen(section, errors),
            AdminRate = AdminSettings.Rate(section, errors),
            AdminHosts = AdminSettings.Hosts(section, errors),
            DrainWait = Drain(section.GetSection(nameof(BalancerOptions.DrainWait)), fallback.DrainWait, errors),
            DrainLimit = Drain(section.GetSection(nameof(BalancerOptions.DrainLimit)), fallback.DrainLimit, errors),
            DrainWebSockets = Drain(section.GetSection(nameof(BalancerOptions.DrainWebSockets)), fallback.DrainWebSockets, errors),
            HealthPath = HealthPath(section.GetSection(nameof(BalancerOptions.HealthPath)), fallback.HealthPath, errors),
            ReadyClusters = SettingValues.Texts(section.GetSection(nameof(BalancerOptions.ReadyClusters))),
            PreserveHost = SettingValues.Flag(section.GetSection(nameof(BalancerOptions.PreserveHost)), fallback.PreserveHost, errors),
            Region = Region(section.GetSection(nameof(BalancerOptions.Region)), errors),
            Redis = Redis(section.GetSection(nameof(BalancerOptions.Redis)), errors),
            SignStateKeyFile = KeyFile(section.GetSection(nameof(BalancerOptions.SignStateKeyFile)), errors),
            Cluster = SettingValues.Name(section.GetSection(nameof(BalancerOptions.Cluster)), fallback.Cluster, errors),
            Name = SettingValues.Name(section.GetSection(nameof(BalancerOptions.Name)), fallback.Name, errors),
            Capacity = Capacity(section.GetSection(nameof(BalancerOptions.Capacity)), errors),
            CapacityInFlight = (int?)Capacity(section.GetSection(nameof(BalancerOptions.CapacityInFlight)), errors, isWhole: true),
            Clusters = SettingsBinder.ReadEach<ClusterSettings>(section.GetSection(nameof(BalancerOptions.Clusters)), errors),
            Routes = SettingsBinder.ReadEach<RouteSettings>(section.GetSection(nameof(BalancerOptions.Routes)), errors),
            Affinity = SettingsBinder.Read<AffinitySettings>(section.GetSection(nameof(BalancerOptions.Affinity)), errors),
            TrustedProxies = SettingsBinder.ReadList<IPNetwork>(section.GetSection(nameof(BalancerOptions.TrustedProxies)), errors),
            Edge = SettingsBinder.Read<EdgeSettings>(section.GetSection(nameof(BalancerOptions.Edge)), errors),
            Waf = section.GetSection(nameof(BalancerOptions.Waf)) is { } waf && waf.Exists() ? SettingsBinder.Read<WafSettings>(waf, errors) : null,
            RegionBalancers = RegionBalancers(section.GetSection(nameof(BalancerOptions.RegionBalancers)), fallback.RegionBalancers, errors),
            AccessLog = SettingsBinder.Read<AccessLogSettings>(section.GetSection(nameof(BalancerOptions.AccessLog)), errors),
            Trace = trace,
            Otlp = collector,
            Exports = trace.Otlp is { } ofTraces ? exports with { Traces = ofTraces } : exports,
            L4 = SettingsBinder.ReadEach<L4Settings>(section.GetSection(nameof(BalancerOptions.L4)), errors),
            ProxyProtocol = SettingsBinder.Read<ProxyProtocolSettings>(section.GetSection(nameof(BalancerOptions.ProxyProtocol)), errors),
            Tls = SettingsBinder.Read<TlsSettings>(section.GetSection(nameof(BalancerOptions.Tls)), errors),
            Latency = LatencySettingsReader.Read(section.GetSection(nameof(BalancerOptions.Latency)), errors),
            Beacon = BeaconSettingsReader.Read(section.GetSection(nameof(BalancerOptions.Beacon)), errors),
        };
    }

    private static IPEndPoint Admin(IConfigurationSection section, IPEndPoint fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        // One address, as orders go by the names of it.
        if (!text.StartsWith('*') && SettingText.EndPoint(text) is { } parsed) return parsed;
        errors.Add($"{section.Path}: \"{text}\", expected ADDR:PORT such as 127.0.0.1:8054 or [::1]:8054");
        return fallback;
    }

    private static Uri? Collector(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { Length: > 0 } text) return null;
        if (OtlpOptions.TryAddress(text, out Uri? address)) return address;
        errors.Add($"{section.Path}: \"{text}\", {OtlpOptions.Expected}");
        return null;
    }

    private static TimeSpan Drain(IConfigurationSection section, TimeSpan fallback, List<string> errors) =>
        SettingValues.Duration(section, fallback, TimeSpan.Zero, LongestDrain, "a time from 0 to 24 h such as 30s, 500ms, 2m or 00:00:30", errors);

    private static string HealthPath(IConfigurationSection section, string fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (text.Length == 0 || (text[0] == '/' && !text.Contains('?') && !text.Contains(' '))) return text;
        errors.Add($"{section.Path}: \"{text}\", expected a path such as /healthz, or nothing for none");
        return fallback;
    }

    /// <summary>A region is the owner of a REGION record: one label, or a whole name.</summary>
    private static string? Region(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { } text) return null;
        bool isName = text.Length is > 0 and <= 253 && text.TrimEnd('.').Split('.').All(label =>
            label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        if (!isName) errors.Add($"{section.Path}: \"{text}\", expected the name of a region such as eu-west");
        return text;
    }

    private static double? Capacity(IConfigurationSection section, List<string> errors, bool isWhole = false)
    {
        if (section.Value is not { } text) return null;
        double most = isWhole ? int.MaxValue : 1e9;
        if (double.TryParse(text, isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= most) return value;
        errors.Add($"{section.Path}: \"{text}\", expected {(isWhole ? "requests in flight, a whole number" : "requests per second, a number")} above 0");
        return null;
    }

    private static int RegionBalancers(IConfigurationSection section, int fallback, List<string> errors)
    {
        if (section.Value is not { } text) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= LeaseDesk.MostBalancers) return value;
        errors.Add($"{section.Path}: \"{text}\", expected a whole number from 1 to {LeaseDesk.MostBalancers}");
        return fallback;
    }

    private static string KeyFile(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is not { Length: > 0 } path) return "";
        if (StateSigner.Read(path, out string problem) is null) errors.Add($"{section.Path}: {problem}");
        return path;
    }

    private static string[] Redis(IConfigurationSection section, List<string> errors)
    {
        string[] stores = SettingValues.Texts(section);
        foreach (string store in stores)
        {
            // What is wrong is not told with its text, which may hold a password.
            if (RedisStore.Check(store) is { } problem) errors.Add($"{section.Path}: {problem}");
        }

        return stores;
    }
}
