using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb anycast check</c>: announce, de-prefer or withdraw; once, or again and again for those who speak BGP, OSPF or VRRP.</summary>
internal sealed class AnycastCheckCommand : CliCommand
{
    private const int Withdrawn = 1, MostLooks = 1000;

    private static readonly JsonSerializerOptions Json = new(AdminJson.Indented) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<string[]> _addresses = new("--address") { HelpName = "ADDR:PORT", Description = "Ask DNS here, as the anycast address itself; may be repeated [default: all listeners of the node]" };
    private readonly Option<string> _timeout = new("--timeout") { HelpName = "TIME", Description = "For each question, 100ms to 10s", DefaultValueFactory = _ => "1s" };
    private readonly Option<string?> _deprefer = new("--deprefer-file") { HelpName = "FILE", Description = "De-prefer while this file exists: for maintenance [default: none]" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Exit with 1 when it is to be de-preferred too" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };
    private readonly Option<bool> _watch = new("--watch") { Description = "Look again and again, and tell each change with --route or --hook" };
    private readonly Option<string[]> _routes = new("--route") { HelpName = "CIDR", Description = "With --watch: print lines of ExaBGP's API for this prefix; may be repeated" };
    private readonly Option<string?> _hook = new("--hook") { HelpName = "PROGRAM", Description = "With --watch: run this with announce, deprefer or withdraw as its argument" };
    private readonly Option<string> _interval = new("--interval") { HelpName = "TIME", Description = "With --watch: between two looks, 100ms to 1h", DefaultValueFactory = _ => "1s" };
    private readonly Option<int> _fall = new("--fall") { HelpName = "N", Description = "With --watch: so many looks in a row must be worse", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _rise = new("--rise") { HelpName = "N", Description = "With --watch: so many looks in a row must be better", DefaultValueFactory = _ => 10 };

    public AnycastCheckCommand(CliHost host)
        : base("check", "Ask the local node, over DNS and its admin port, whether its address may be announced",
            "gslb anycast check",
            "gslb anycast check --address 192.0.2.53:53 --strict --json",
            "gslb anycast check --watch --route 192.0.2.53/32 --route 2001:db8::53/128",
            "gslb anycast check --watch --hook /etc/gslb/anycast-hook --deprefer-file /etc/gslb/deprefer")
    {
        Notes =
        [
            "withdraw: an address does not answer over UDP, or answers none of its zones. deprefer: it answers, and others do it better: not ready, stopping, no answer over TCP or from its admin port,",
            "a zone that it cannot answer, probes that are 2 s late, or --deprefer-file. announce: none of that. Redis, other nodes and the health of endpoints do not count.",
            "With --watch nothing is announced at first; a stop of the watch (SIGTERM) withdraws. ExaBGP gets med 100, or med 1000 and the community 65535:0 (GRACEFUL_SHUTDOWN) to de-prefer.",
        ];
        ExitCodes = [new(0, "announce, or de-prefer without --strict; with --watch: stopped"), new(Withdrawn, "withdraw, de-prefer with --strict, or an error")];
        _host = host;
        foreach (Option option in (Option[])[_addresses, _timeout, _deprefer, _strict, _json, _watch, _routes, _hook, _interval, _fall, _rise])
        {
            Options.Add(option);
        }

        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    public static string WordOf(AnycastState state) => state switch { AnycastState.Announce => "announce", AnycastState.Deprefer => "deprefer", _ => "withdraw" };

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var errors = new List<string>();
        IPEndPoint[] addresses = [.. Read<IPEndPoint>(line.GetValue(_addresses), "--address", ServeOptions.EndPoint, errors)];
        var routing = new AnycastRouting([.. Read<IPNetwork>(line.GetValue(_routes), "--route", ServeOptions.Network, errors)], line.GetValue(_hook),
            Count(line, _fall, errors), Count(line, _rise, errors), Time(line, _interval, TimeSpan.FromHours(1), errors));
        TimeSpan timeout = Time(line, _timeout, TimeSpan.FromSeconds(10), errors);
        bool watches = line.GetValue(_watch), tells = routing.Routes.Count > 0 || routing.Hook is not null;
        if (watches != tells)
        {
            errors.Add(watches ? "--watch: expected --route CIDR or --hook PROGRAM, which say whom to tell" : "--route and --hook are for --watch");
        }

        if (watches && line.GetValue(_json))
        {
            errors.Add("--json is for one look; --watch prints what --route asks for");
        }

        if (errors.Count > 0)
        {
            throw new CliException(errors) { HelpOf = "gslb anycast check" };
        }

        using AdminClient admin = _server.Connect(line, isQuiet: true);
        var probe = new AnycastProbe(admin, addresses, Configured(), line.GetValue(_deprefer), timeout, _host.Time);
        if (watches)
        {
            await new AnycastWatch(probe, routing, _host).RunAsync(cancel);
            return 0;
        }

        AnycastReport report = await probe.LookAsync(cancel);
        await _host.Out.WriteLineAsync(line.GetValue(_json) ? JsonSerializer.Serialize(report, Json) : string.Join('\n', [WordOf(report.State), .. report.Reasons.Select(reason => "  " + reason)]));
        return report.State == AnycastState.Withdraw || (report.State == AnycastState.Deprefer && line.GetValue(_strict)) ? Withdrawn : 0;
    }

    /// <summary>Where a node of this folder and environment listens, for when its admin port does not say.</summary>
    private IReadOnlyList<IPEndPoint> Configured() => ServeOptions.Build(ServeSettings.Read(new Dictionary<string, IReadOnlyList<string>>(), null, _host, []), _host, isDemo: false, []).Listen;

    private delegate string? Reader<T>(string text, out T value);

    private static IEnumerable<T> Read<T>(string[]? texts, string flag, Reader<T> read, List<string> errors)
    {
        foreach (string text in texts ?? [])
        {
            if (read(text, out T value) is { } problem)
            {
                errors.Add($"{flag} {text}: {problem}");
            }
            else
            {
                yield return value;
            }
        }
    }

    private static TimeSpan Time(ParseResult line, Option<string> option, TimeSpan most, List<string> errors)
    {
        string text = line.GetRequiredValue(option);
        if (Durations.TryParse(text, out TimeSpan time) && time >= TimeSpan.FromMilliseconds(100) && time <= most)
        {
            return time;
        }

        errors.Add($"{option.Name} {text}: expected a time from 100ms to {Durations.Format(most)}");
        return most;
    }

    private static int Count(ParseResult line, Option<int> option, List<string> errors)
    {
        int count = line.GetValue(option);
        if (count is < 1 or > MostLooks)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {count}: expected a number from 1 to {MostLooks}"));
        }

        return count;
    }
}
