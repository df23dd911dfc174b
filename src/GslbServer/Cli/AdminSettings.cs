namespace GslbServer;

/// <summary>The options of <c>serve</c> about the admin listener, from what was written.</summary>
internal static class AdminSettings
{
    public static bool ReadIsOpen(SettingReader read, ServeSettings settings, List<string> errors)
    {
        bool isOpen = read.One<string>("admin-read-open", ServeOptions.YesOrNo) != "no";
        if (!isOpen && settings["admin-token-file"] is null && settings["admin-client-ca"] is null)
        {
            errors.Add($"{settings["admin-read-open"]!.Origin}: with no, reading needs a token of --admin-token-file or a certificate of --admin-client-ca, and there is neither");
        }

        return isOpen;
    }

    public static AdminTlsOptions? Tls(SettingReader read, ServeSettings settings, List<string> errors)
    {
        string? certificate = read.ExistingFile("admin-tls-cert"), key = read.ExistingFile("admin-tls-key"), authority = read.ExistingFile("admin-client-ca");
        foreach ((string name, string needed) in (ReadOnlySpan<(string, string)>)[("admin-tls-cert", "admin-tls-key"), ("admin-tls-key", "admin-tls-cert"), ("admin-client-ca", "admin-tls-cert")])
        {
            if (settings[name] is { } setting && settings[needed] is null)
            {
                errors.Add($"{setting.Origin}: needs --{needed} too");
            }
        }

        return certificate is not null && key is not null ? new AdminTlsOptions(certificate, key, authority) : null;
    }

    public static string? Host(string text, out string value)
    {
        value = text;
        return Uri.CheckHostName(text) == UriHostNameType.Dns ? null : "expected a host name such as gslb-admin.example.org, without a port";
    }
}
