using System.Globalization;
using System.Net;

namespace GslbServer;

/// <summary>The options of <c>serve</c> about transports and limits, from what was written.</summary>
internal static class TransportSettings
{
    private const int MaxConnections = 1_000_000;

    /// <param name="errors">Gets what is wrong between several of them.</param>
    public static TransportOptions Read(SettingReader read, ServeSettings settings, List<string> errors)
    {
        var defaults = new TransportOptions();
        TransportOptions options = defaults with
        {
            Tls = read.Many<IPEndPoint>("listen-tls", ServeOptions.EndPoint) ?? [],
            Https = read.Many<IPEndPoint>("listen-https", ServeOptions.EndPoint) ?? [],
            CertificateFile = read.ExistingFile("tls-cert"),
            KeyFile = read.ExistingFile("tls-key"),
            ProxyFrom = read.Many<IPNetwork>("proxy-protocol-from", ServeOptions.Network) ?? [],
            Xdp = read.Many<XdpTarget>("xdp", XdpTarget.Parse) ?? [],
            CookieSecretFile = read.ExistingFile("cookie-secret-file"),
            Rates = new RateLimitOptions(Number(read, "rrl", 0, RateLimitOptions.MaxRate, 0), Number(read, "rrl-slip", 0, RateLimitOptions.MaxSlip, RateLimitOptions.DefaultSlip),
                Number(read, "validate-above", 0, RateLimitOptions.MaxValidateAbove, 0), read.Many<IPNetwork>("rrl-exempt", ServeOptions.Network) ?? RateLimitOptions.DefaultExempt),
            MaxConnections = Number(read, "max-connections", 1, MaxConnections, defaults.MaxConnections),
            MaxConnectionsPerPrefix = Number(read, "max-connections-per-prefix", 1, MaxConnections, defaults.MaxConnectionsPerPrefix),
        };
        CheckCertificate(settings, errors);
        return options;
    }

    private static void CheckCertificate(ServeSettings settings, List<string> errors)
    {
        Setting? listener = settings["listen-tls"] ?? settings["listen-https"];
        foreach (string name in new[] { "tls-cert", "tls-key" })
        {
            if (listener is not null && settings[name] is null)
            {
                errors.Add($"{listener.Origin}: needs --{name} too");
            }
            else if (listener is null && settings[name] is { } alone)
            {
                errors.Add($"{alone.Origin}: is for --listen-tls and --listen-https; give one of those or leave it out");
            }
        }
    }

    internal static int Number(SettingReader read, string name, int least, int most, int otherwise)
    {
        string? Parse(string text, out string value)
        {
            value = text;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
                ? null : $"expected a number from {least} to {most}";
        }

        return read.One<string>(name, Parse) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
