namespace GslbServer.Balancer;

/// <summary>The flags, split into our own and those that go to ASP.NET Core as they are.</summary>
/// <param name="Own">Configuration paths and values of <c>--admin</c>, <c>--redis</c> and the like; they outrank every other source.</param>
/// <param name="AspNet">Arguments for the web host's own command line source.</param>
internal sealed record BalancerArguments(IReadOnlyList<KeyValuePair<string, string?>> Own, IReadOnlyList<string> AspNet, bool Help, bool Version, IReadOnlyList<string> Errors)
{
    public const string Usage = """
        gslb-balancer: the regional HTTP balancer

        Usage: gslb-balancer [flags]

          --admin ADDR:PORT     live page, health, metrics, backends and orders (default 127.0.0.1:8054)
          --admin-token-file FILE  bearer tokens with roles (read, operate, admin); without it orders are taken from loopback only
          --admin-tls-cert FILE, --admin-tls-key FILE  the admin listener speaks HTTPS with these (PEM)
          --admin-client-ca FILE  authorities whose client certificates stand for tokens
          --admin-read-open yes|no  whether metrics and backends need no token (default yes); health never does
          --admin-host NAME     a further name that the admin listener is asked by, repeatable
          --admin-rate N        admin requests a second from one address (default 200, 0 for no limit)
          --redis CONFIG        store of the global layer, repeatable, this balancer's own first; with --region it joins
          --region NAME         the region it stands in; round trips of clients are measured for it
          --sign-state-key-file FILE  keys that sign what it tells, the nodes' own
          --otlp URL            collector of metrics and spans (OTLP over HTTP), such as http://127.0.0.1:4318
          --urls URLS           where clients connect (default http://localhost:5000), if Kestrel:Endpoints does not say
          --contentRoot DIR     where appsettings.json lies (default: the working folder, else beside the program)
          --environment NAME    reads appsettings.NAME.json too (default Production)
          --SECTION:KEY VALUE   any setting, such as --Balancer:DrainWait 0
          --help (-h), --version

        Routes, clusters and health checks stand in appsettings.json, section ReverseProxy, as YARP reads it.
        """;

    private static readonly Dictionary<string, string> OwnFlags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["admin"] = "Balancer:Admin",
        ["admin-token-file"] = "Balancer:AdminTokenFile",
        ["admin-tls-cert"] = "Balancer:AdminTlsCert",
        ["admin-tls-key"] = "Balancer:AdminTlsKey",
        ["admin-client-ca"] = "Balancer:AdminClientCa",
        ["admin-read-open"] = "Balancer:AdminReadOpen",
        ["admin-host"] = "Balancer:AdminHosts",
        ["admin-rate"] = "Balancer:AdminRate",
        ["region"] = "Balancer:Region",
        ["redis"] = "Balancer:Redis",
        ["otlp"] = "Balancer:Otlp",
        ["sign-state-key-file"] = "Balancer:SignStateKeyFile",
    };

    /// <summary>Those that may be repeated; what counts of their keys is the order.</summary>
    private static readonly string[] Lists = ["redis", "admin-host"];

    /// <summary>Settings without a section that ASP.NET Core and Kestrel read.</summary>
    private static readonly string[] AspNetFlags =
    [
        "urls", "http_ports", "https_ports", "contentRoot", "environment", "applicationName", "webroot", "detailedErrors", "captureStartupErrors", "preferHostingUrls",
        "suppressStatusMessages", "shutdownTimeoutSeconds", "preventHostingStartup", "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "allowedHosts",
    ];

    private static readonly string[] Sections = ["Balancer", "ReverseProxy", "Kestrel", "Logging", "hostBuilder", "Authentication", "DataProtection"];

    public static BalancerArguments Parse(IReadOnlyList<string> args)
    {
        List<KeyValuePair<string, string?>> own = [];
        List<string> aspNet = [], errors = [];
        int lists = 0;
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] is "-h") continue;
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                errors.Add($"{args[i]}: unexpected, flags begin with --");
                continue;
            }

            (string name, string? value) = Split(args[i]);
            if (IsSwitch(name)) continue;
            if (Unknown(name) is { } error)
            {
                errors.Add(error);
                // Its value, if it has one, is no error of its own.
                if (value is null && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal)) i++;
                continue;
            }

            if (value is null && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal)) value = args[++i];
            if (value is null) errors.Add($"--{name}: expected a value");
            else if (!OwnFlags.TryGetValue(name, out string? path)) aspNet.Add($"--{name}={value}");
            else own.Add(new(Lists.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"{path}:{lists++}" : path, value));
        }

        return new(own, aspNet, args.Any(arg => arg is "--help" or "-h"), args.Any(arg => arg is "--version"), errors);
    }

    private static (string Name, string? Value) Split(string flag)
    {
        int equals = flag.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (flag[2..], null) : (flag[2..equals], flag[(equals + 1)..]);
    }

    private static bool IsSwitch(string name) => name is "help" or "version";

    private static string? Unknown(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
        {
            string section = name[..colon];
            return Sections.Contains(section, StringComparer.OrdinalIgnoreCase) ? null : $"--{name}: unknown section{NearestWord.Suggest(section, Sections)}";
        }

        string[] known = [.. OwnFlags.Keys, .. AspNetFlags, "help", "version"];
        return known.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : $"--{name}: unknown flag{NearestWord.Suggest(name, known)}";
    }
}
