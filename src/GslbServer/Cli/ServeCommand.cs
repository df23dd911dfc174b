using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb serve</c>: runs a node until SIGTERM or SIGINT.</summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServeFlags _flags = new();

    public ServeCommand(CliHost host)
        : base("serve", "Run a node: DNS, health checks, admin API",
            "gslb serve",
            "gslb serve --listen 192.0.2.53:53 --listen [2001:db8::53]:53 --zones /etc/gslb/zones --geo GeoLite2-City.mmdb",
            "gslb serve --node fra-1 --region eu-west --redis redis-eu:6379 --redis redis-us:6379",
            "gslb serve --listen-tls 192.0.2.53:853 --listen-https 192.0.2.53:443 --tls-cert fullchain.pem --tls-key privkey.pem",
            "gslb serve --takeover --zones /etc/gslb/zones --state /var/lib/gslb",
            "gslb serve --rrl 200 --cookie-secret-file /etc/gslb/cookie-secrets",
            "GSLB__ADMIN=127.0.0.1:9053 gslb serve")
    {
        Notes =
        [
            "Every option may also stand in the environment (GSLB__LISTEN, GSLB__ADMIN_TOKEN_FILE; lists as GSLB__GEO__0, GSLB__GEO__1) and in gslb.json",
            "({ \"listen\": [\"192.0.2.53:53\"], \"adminTokenFile\": \"tokens\" }). Flags win over the environment, the environment over the file; lists are not mixed.",
            "SIGHUP reads zones, geodata, the certificate and cookie secrets again; SIGTERM and SIGINT stop within 5 s.",
            "SIGUSR2 starts the program anew with --takeover (the same command line, so the program of an upgrade): no query is lost, and if the new one fails to start, this one serves on.",
        ];
        _host = host;
        ExitCodes = [new(0, "stopped by SIGTERM or SIGINT"), new(1, "it cannot start; every reason is on standard error")];
        _flags.AddTo(this);
        SetAction(RunAsync);
    }

    public override IEnumerable<string> ValueErrors(ParseResult line)
    {
        var errors = new List<string>();
        ReadOptions(line, out _, errors);
        return errors;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var errors = new List<string>();
        NodeOptions options = ReadOptions(line, out ServeSettings settings, errors);
        return errors.Count > 0 ? throw new CliException(errors) { HelpOf = "gslb serve" } : NodeRun.RunAsync(options, settings, _host, cancel);
    }

    private NodeOptions ReadOptions(ParseResult line, out ServeSettings settings, List<string> errors)
    {
        settings = ServeSettings.Read(_flags.Given(line), _flags.ConfigFile(line), _host, errors);
        return ServeOptions.Build(settings, _host, isDemo: false, errors);
    }
}
