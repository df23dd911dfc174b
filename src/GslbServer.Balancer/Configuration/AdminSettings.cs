using System.Globalization;

namespace GslbServer.Balancer;

/// <summary>Settings of the admin listener, with the words of a node's flags.</summary>
internal static class AdminSettings
{
    /// <summary>What of certificate, key and authorities does not go without another.</summary>
    public static void CheckTls(IConfigurationSection section, List<string> errors)
    {
        foreach ((string name, string needed) in (ReadOnlySpan<(string, string)>)[(nameof(BalancerOptions.AdminTlsCert), nameof(BalancerOptions.AdminTlsKey)),
            (nameof(BalancerOptions.AdminTlsKey), nameof(BalancerOptions.AdminTlsCert)), (nameof(BalancerOptions.AdminClientCa), nameof(BalancerOptions.AdminTlsCert))])
        {
            if (section[name] is { Length: > 0 } && section[needed] is not { Length: > 0 }) errors.Add($"{section.Path}:{name}: needs {section.Path}:{needed} too");
        }
    }

    /// <summary><c>yes</c> and <c>no</c> as with a node, or <c>true</c> and <c>false</c> as in JSON.</summary>
    public static bool ReadIsOpen(IConfigurationSection section, List<string> errors)
    {
        IConfigurationSection setting = section.GetSection(nameof(BalancerOptions.AdminReadOpen));
        bool? isOpen = setting.Value?.ToLowerInvariant() switch { null or "yes" or "true" => true, "no" or "false" => false, _ => null };
        if (isOpen is null) errors.Add($"{setting.Path}: \"{setting.Value}\", expected yes or no");
        if (isOpen is false && section[nameof(BalancerOptions.AdminTokenFile)] is not { Length: > 0 } && section[nameof(BalancerOptions.AdminClientCa)] is not { Length: > 0 })
        {
            errors.Add($"{setting.Path}: with no, reading needs a token of {section.Path}:{nameof(BalancerOptions.AdminTokenFile)} or a certificate of {section.Path}:{nameof(BalancerOptions.AdminClientCa)}, and there is neither");
        }

        return isOpen ?? true;
    }

    public static int Rate(IConfigurationSection section, List<string> errors)
    {
        IConfigurationSection setting = section.GetSection(nameof(BalancerOptions.AdminRate));
        if (setting.Value is not { } text) return AdminRates.PerSecond;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && rate <= AdminRates.MaxPerSecond) return rate;
        errors.Add($"{setting.Path}: \"{text}\", expected a number from 0 (no limit) to {AdminRates.MaxPerSecond}");
        return AdminRates.PerSecond;
    }

    public static string[] Hosts(IConfigurationSection section, List<string> errors)
    {
        IConfigurationSection setting = section.GetSection(nameof(BalancerOptions.AdminHosts));
        string[] hosts = SettingValues.Texts(setting);
        errors.AddRange(hosts.Where(host => Uri.CheckHostName(host) != UriHostNameType.Dns).Select(host => $"{setting.Path}: \"{host}\", expected a host name such as gslb-admin.example.org, without a port"));
        return hosts;
    }
}
