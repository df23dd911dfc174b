using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>From options as written to <see cref="NodeOptions"/>: every value is looked at, and everything that is wrong is said at once.</summary>
internal static class ServeOptions
{
    /// <summary>More threads than this help no machine.</summary>
    private const int MaxThreads = 1024;

    /// <summary>Octets of a DNS label; names of nodes and regions become part of keys.</summary>
    private const int MaxNameLength = 63;

    /// <returns>Meaningful only when <paramref name="errors"/> stays empty.</returns>
    public static NodeOptions Build(ServeSettings settings, CliHost host, bool isDemo, List<string> errors)
    {
        var read = new SettingReader(settings, host, errors);
        foreach (ServeOption option in ServeOption.All.Where(o => !o.IsAvailable))
        {
            if (settings[option.Name] is { } setting)
            {
                errors.Add($"{setting.Origin}: {option.Help} is not available in this version");
            }
        }

        bool probeOnly = read.Switch("probe-only");
        if (probeOnly && settings["listen"] is { } listen)
        {
            errors.Add($"{listen.Origin}: a witness (probe-only) serves no DNS; leave one of the two out");
        }

        if (isDemo && settings["takeover"] is { } takeover)
        {
            errors.Add($"{takeover.Origin}: the demo keeps no state from which another process could go on; use gslb serve");
        }

        var defaults = new NodeOptions();
        IReadOnlyList<IPEndPoint> dns = read.Many<IPEndPoint>("listen", EndPoint) ?? defaults.Listen;
        IPEndPoint admin = read.One<IPEndPoint>("admin", EndPoint) ?? defaults.Admin;
        bool takesOver = read.Switch("takeover") && !isDemo;
        return defaults with
        {
            Listen = dns,
            Admin = admin,
            AdminHosts = read.Many<string>("admin-host", AdminSettings.Host) ?? [],
            AdminTokenFile = read.ExistingFile("admin-token-file"),
            AdminReadOpen = AdminSettings.ReadIsOpen(read, settings, errors),
            AdminTls = AdminSettings.Tls(read, settings, errors),
            AdminRate = TransportSettings.Number(read, "admin-rate", 0, AdminRates.MaxPerSecond, AdminRates.PerSecond),
            Zones = read.ExistingDirectory("zones") ?? DefaultPaths.Zones(host),
            Geo = read.ExistingFiles("geo") ?? DefaultPaths.Geo(host),
            Redis = read.Many<string>("redis", Redis) ?? defaults.Redis,
            Signer = read.One<StateSigner>("sign-state-key-file", Signer) ?? defaults.Signer,
            Node = read.One<string>("node", Name) ?? Sanitized(defaults.Node),
            Region = read.One<string>("region", Name),
            Cluster = read.One<string>("cluster", Name) ?? defaults.Cluster,
            StateDirectory = read.One<string>("state", NotBlank) ?? DefaultPaths.State(host, defaults.StateDirectory, probeOnly ? admin : dns[0], takesOver),
            Keys = read.ExistingDirectory("keys"),
            KeySealer = read.One<KeySealer>("keys-secret", Sealer),
            Threads = read.One<string>("threads", Threads) is { } threads ? int.Parse(threads, CultureInfo.InvariantCulture) : defaults.Threads,
            ExplainAllow = read.Many<IPNetwork>("explain-allow", Network) ?? defaults.ExplainAllow,
            ExecDirectory = read.ExistingDirectory("exec-dir"),
            LoadPeriod = read.One<string>("load-period", Epoch) is { } period && Durations.TryParse(period, out TimeSpan between) ? between : defaults.LoadPeriod,
            Latency = new NodeLatencyOptions
            {
                Epoch = read.One<string>("latency-epoch", Epoch) is { } epoch && Durations.TryParse(epoch, out TimeSpan length) ? length : defaults.Latency.Epoch,
                IncludePrivate = read.One<string>("latency-include-private", YesOrNo) == "yes",
                Solicit = read.One<string>("latency-solicit", YesOrNo) == "yes",
                Explore = read.One<string>("latency-explore", Explore) == "answers",
                Beacon = read.One<string>("latency-beacon", DnsName),
            },
            Transports = TransportSettings.Read(read, settings, errors),
            Webhooks = WebhookSettings.Read(read, settings, errors),
            Capture = CaptureSettings.Read(read, settings, errors),
            Otlp = OtlpOptions.Read(read.One<Uri>("otlp", Collector), name => host.Environment.GetValueOrDefault(name), errors),
            Transfer = TransferSettings.Read(read),
            ProbeOnly = probeOnly && !isDemo,
            User = User(read, settings, errors),
            Takeover = takesOver,
            Demo = isDemo,
        };
    }

    /// <summary>AF_XDP needs its rights for as long as it runs, for an interface that goes and comes again.</summary>
    private static ProcessUser? User(SettingReader read, ServeSettings settings, List<string> errors)
    {
        if (settings["user"] is { } user && settings["xdp"] is { } xdp)
        {
            errors.Add($"{user.Origin}: {xdp.Origin} needs rights for as long as it runs, which a user of its own has not; leave one of the two out, or let a service manager give capabilities (deploy/systemd)");
        }

        return read.One<ProcessUser>("user", UserSwitch.Find);
    }

    internal static string? EndPoint(string text, out IPEndPoint value)
    {
        const string Expected = "expected ADDR:PORT such as 127.0.0.1:5300 or [::1]:5300";
        value = new IPEndPoint(IPAddress.None, 0);
        int colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']') || (text.IndexOf(':', StringComparison.Ordinal) != colon && !text.StartsWith('[')))
        {
            return Expected;
        }

        string address = text[..colon];
        bool isBracketed = address.StartsWith('[') && address.EndsWith(']');
        if (!IPAddress.TryParse(isBracketed ? address[1..^1] : address, out IPAddress? ip)
            || isBracketed != (ip.AddressFamily == AddressFamily.InterNetworkV6)
            || (!isBracketed && address.Count(c => c == '.') != 3))
        {
            return $"'{address}' is no IP address; {Expected}";
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            return $"'{text[(colon + 1)..]}' is no port; expected 0 to 65535, 0 for any free one";
        }

        value = new IPEndPoint(ip, port);
        return null;
    }

    /// <summary>A bare address is a network of one.</summary>
    internal static string? Network(string text, out IPNetwork value)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            value = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
            return null;
        }

        return IPNetwork.TryParse(text, out value) ? null : "expected a CIDR such as 192.0.2.0/24 or 2001:db8::/32";
    }

    /// <summary>Part of keys and channel names.</summary>
    private static string? Name(string text, out string value)
    {
        value = text;
        bool isGood = text.Length is > 0 and <= MaxNameLength && text.All(IsNameCharacter) && char.IsAsciiLetterOrDigit(text[0]);
        return isGood ? null : $"expected 1 to {MaxNameLength} letters, digits, '-', '_' or '.', a letter or digit first";
    }

    private static string? NotBlank(string text, out string value)
    {
        value = text;
        return string.IsNullOrWhiteSpace(text) ? "is empty" : null;
    }

    private static string? Redis(string text, out string value) => NotBlank(text, out value) ?? RedisStore.Check(text);

    private static string? Signer(string text, out StateSigner value)
    {
        value = StateSigner.Read(text, out string problem) ?? StateSigner.Off;
        return problem.Length == 0 ? null : problem;
    }

    private static string? Sealer(string text, out KeySealer value)
    {
        value = KeySealer.Read(text, out string problem)!;
        return problem.Length == 0 ? null : problem;
    }

    private static string? Collector(string text, out Uri value)
    {
        bool isAddress = OtlpOptions.TryAddress(text, out Uri? address);
        value = address!;
        return isAddress ? null : OtlpOptions.Expected;
    }

    private static string? Threads(string text, out string value)
    {
        value = text;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxThreads
            ? null : $"expected a number from 1 to {MaxThreads}";
    }

    private static string? Epoch(string text, out string value)
    {
        value = text;
        return Durations.TryParse(text, out TimeSpan epoch) && epoch >= TimeSpan.FromSeconds(1) && epoch <= TimeSpan.FromHours(1) && epoch.Ticks % TimeSpan.TicksPerSecond == 0
            ? null : "expected whole seconds from 1s to 1h, such as 5m";
    }

    internal static string? YesOrNo(string text, out string value)
    {
        value = text;
        return text is "yes" or "no" ? null : "expected yes or no";
    }

    private static string? Explore(string text, out string value)
    {
        value = text;
        return text is "off" or "answers" ? null : "expected off or answers";
    }

    private static string? DnsName(string text, out string value)
    {
        value = text;
        if (DomainName.TryParse(text, DomainName.Root, out DomainName? name, out string? error) && name.Wire.Length > 1)
        {
            value = name.ToLower().ToString();
            return null;
        }

        return error ?? "expected a name below which beacons ask, such as b.gslb.example";
    }

    /// <summary>Host names may be anything on some systems.</summary>
    private static string Sanitized(string hostName)
    {
        string name = string.Concat(hostName.Where(IsNameCharacter)).TrimStart('-', '_', '.');
        return name.Length == 0 ? "node" : name[..Math.Min(name.Length, MaxNameLength)];
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
