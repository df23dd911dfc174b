using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>StackExchange.Redis configuration strings: <c>host:port[,host:port...][,option=value...]</c>.</summary>
internal static class RedisConfiguration
{
    private const int DefaultPort = 6379;

    /// <summary>Version 1 opens IPv4 sockets alone.</summary>
    public static bool HasIPv6 { get; } = typeof(ConnectionMultiplexer).Assembly.GetName().Version is { Major: >= 2 };

    public static bool NeedsIPv6(ConfigurationOptions options) => options.EndPoints.Any(endpoint => endpoint.AddressFamily == AddressFamily.InterNetworkV6);

    /// <summary>As the library reads them, and IPv6 addresses in brackets too, which 1.2.6 drops without a word.</summary>
    /// <exception cref="ArgumentException">An option that is unknown or has a bad value.</exception>
    public static ConfigurationOptions Parse(string configuration)
    {
        var addresses = new List<IPEndPoint>();
        var others = new List<string>();
        foreach (string part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '[' && IPEndPoint.TryParse(part, out IPEndPoint? address))
                addresses.Add(new IPEndPoint(address.Address, address.Port == 0 ? DefaultPort : address.Port));
            else
                others.Add(part);
        }

        ConfigurationOptions options = others.Count == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(string.Join(',', others));
        foreach (IPEndPoint address in addresses)
            options.EndPoints.Add(address);
        return options;
    }

    /// <summary>The endpoints, for people; no secrets.</summary>
    public static string NameOf(ConfigurationOptions options) => "redis " + string.Join(',', options.EndPoints.Select(endpoint => endpoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{(dns.Port == 0 ? DefaultPort : dns.Port)}",
        IPEndPoint ip => new IPEndPoint(ip.Address, ip.Port == 0 ? DefaultPort : ip.Port).ToString(),
        _ => endpoint.ToString(),
    }));
}
