using System.Text.Json;

namespace GslbServer.Balancer;

/// <summary>Settings of the global layer, which are read once: what was measured for one region must not be told for another.</summary>
internal static class FixedAtStart
{
    public static IEnumerable<string> Changed(BalancerOptions atStart, BalancerOptions now) =>
        from setting in new (string Name, Func<BalancerOptions, object?> Value)[]
        {
            (nameof(BalancerOptions.Region), options => options.Region), (nameof(BalancerOptions.Redis), options => options.Redis),
            (nameof(BalancerOptions.SignStateKeyFile), options => options.SignStateKeyFile),
            (nameof(BalancerOptions.Cluster), options => options.Cluster), (nameof(BalancerOptions.Name), options => options.Name),
            (nameof(BalancerOptions.Otlp), options => options.Otlp),
            (nameof(BalancerOptions.AdminTlsCert), options => options.AdminTlsCert), (nameof(BalancerOptions.AdminTlsKey), options => options.AdminTlsKey),
            (nameof(BalancerOptions.AdminClientCa), options => options.AdminClientCa), (nameof(BalancerOptions.AdminReadOpen), options => options.AdminReadOpen),
            (nameof(BalancerOptions.AdminRate), options => options.AdminRate), (nameof(BalancerOptions.AdminHosts), options => options.AdminHosts),
            (nameof(BalancerOptions.Trace) + ":" + nameof(TraceSettings.Otlp), options => options.Trace.Otlp),
            ($"{nameof(BalancerOptions.Tls)}:{nameof(TlsSettings.Certificates)}", options => options.Tls.IsOn),
            (nameof(BalancerOptions.Latency), options => options.Latency), (nameof(BalancerOptions.Beacon), options => options.Beacon),
        }
        where JsonSerializer.Serialize(setting.Value(atStart)) != JsonSerializer.Serialize(setting.Value(now))
        select "Balancer:" + setting.Name;
}
