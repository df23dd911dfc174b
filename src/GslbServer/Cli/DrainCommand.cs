using System.CommandLine;
using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb drain</c>: an operator takes a target out of the answers of all nodes.</summary>
internal sealed class DrainCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;

    private readonly Argument<string> _target = new("TARGET")
    {
        Description = "What to drain, see the notes",
    };

    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Description = "Why, for whoever looks at it later", Required = true };

    private readonly Option<string?> _for = new("--for") { HelpName = "45m", Description = "Ends by itself after this time [default: stays until undrained]" };

    private readonly Option<string?> _at = new("--at") { HelpName = "TIME", Description = "Starts then: 22:30 (local, the next one) or 2026-11-21T22:30:00Z [default: now]" };

    private readonly Option<string?> _owner = new("--owner") { HelpName = "NAME", Description = "Who decided [default: the token's name, else the OS user]" };

    private readonly Option<string?> _ramp = new("--ramp") { HelpName = "60s", Description = "TTLs fall first, then traffic moves over this time [default: at once]" };

    private readonly Option<int> _percent = new("--percent") { HelpName = "N", Description = "Share of client prefixes moved away, 1 to 100", DefaultValueFactory = _ => 100 };

    private readonly Option<bool> _force = new("--force") { Description = "Even if a name loses its last serving target" };

    public DrainCommand(CliHost host)
        : base("drain", "Send clients elsewhere than to TARGET, on all nodes",
            "gslb drain eu-west --for 45m --reason \"kernel update\"",
            "gslb drain eu-west/198.51.100.10 --reason \"disk\" --ramp 60s",
            "gslb drain www.gslb.example.@eu-west --reason \"canary\" --percent 10",
            "gslb drain eu-west --at 22:30 --for 2h --reason \"maintenance window\"")
    {
        Notes =
        [
            "TARGET: eu-west (that label in every zone: one place), eu-west.gslb.example. (one owner), eu-west/198.51.100.10 (one address),",
            "www.gslb.example.@eu-west (one name). In force at once, or with --ramp TTLs first and then traffic, by prefix hash.",
            "Refused where a name would lose its last serving target, unless --force.",
        ];
        _host = host;
        Arguments.Add(_target);
        foreach (Option option in new Option[] { _reason, _for, _at, _owner, _ramp, _percent, _force })
        {
            Options.Add(option);
        }

        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    public override IEnumerable<string> ValueErrors(ParseResult line)
    {
        var errors = new List<string>();
        Request(line, errors);
        return errors;
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var errors = new List<string>();
        OverrideRequest request = Request(line, errors);
        if (errors.Count > 0)
        {
            throw new CliException([.. errors, "See 'gslb drain --help'"]);
        }

        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.PutAsync(OverridePath.Of(line.GetRequiredValue(_target)), request, cancel);
        if (answer.Status == StatusCodes.Status409Conflict)
        {
            throw new CliException([.. answer.Problems(), "--force does it all the same"]);
        }

        OverrideReport.Write(answer.Read<OverrideResult>(), _host);
        return 0;
    }

    private OverrideRequest Request(ParseResult line, List<string> errors)
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        TimeSpan? lasts = DurationOf(line, _for, errors);
        TimeSpan? ramp = DurationOf(line, _ramp, errors);
        DateTimeOffset? starts = null;
        if (Text(line, _at) is { } at && !TryTime(at, _host.Time, out starts))
        {
            errors.Add($"--at {at}: expected a time to come, such as 22:30 or 2026-11-21T22:30:00Z");
        }

        int percent = 100;
        if (line.GetResult(_percent) is { Implicit: false } given && !given.Errors.Any())
        {
            percent = line.GetValue(_percent);
            if (percent is < 1 or > 100)
            {
                errors.Add($"--percent {percent.ToString(CultureInfo.InvariantCulture)}: expected 1 to 100");
            }
        }

        if (Text(line, _reason) is { } reason && string.IsNullOrWhiteSpace(reason))
        {
            errors.Add("--reason: is empty; whoever looks at this later needs to know why");
        }

        if (lasts == TimeSpan.Zero)
        {
            errors.Add("--for 0: expected a time such as 45m");
        }

        return new OverrideRequest
        {
            State = "drain",
            Percent = percent,
            Reason = Text(line, _reason),
            Owner = Text(line, _owner),
            Ramp = ramp is { } r ? Durations.Format(r) : null,
            StartsAt = starts,
            ExpiresAt = lasts is { } l ? (starts ?? now) + l : null,
            Force = line.GetResult(_force) is { Implicit: false },
        };
    }

    /// <summary>Of a line that may have errors elsewhere.</summary>
    private static string? Text<T>(ParseResult line, Option<T> option) => line.GetResult(option) is { Implicit: false, Tokens: [var token, ..] } ? token.Value : null;

    private static TimeSpan? DurationOf(ParseResult line, Option<string?> option, List<string> errors)
    {
        if (Text(line, option) is not { } text)
        {
            return null;
        }

        if (Durations.TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        errors.Add($"{option.Name} {text}: expected a time such as 90s, 45m or 1h30m");
        return null;
    }

    /// <summary>A time of day is the next one by the local clock; without an offset a date is local too.</summary>
    internal static bool TryTime(string text, TimeProvider time, out DateTimeOffset? value)
    {
        DateTimeOffset now = time.GetLocalNow();
        value = null;
        if (TimeOnly.TryParseExact(text, ["H:mm", "H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock))
        {
            DateTime today = now.Date + clock.ToTimeSpan();
            DateTime next = today > now.DateTime ? today : today.AddDays(1);
            value = new DateTimeOffset(next, time.LocalTimeZone.GetUtcOffset(next)).ToUniversalTime();
            return true;
        }

        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime date) || text.Length < "2026-11-21".Length)
        {
            return false;
        }

        if (date.Kind == DateTimeKind.Local)
        {
            value = new DateTimeOffset(date.ToUniversalTime());
        }
        else
        {
            value = new DateTimeOffset(date, date.Kind == DateTimeKind.Utc ? TimeSpan.Zero : time.LocalTimeZone.GetUtcOffset(date)).ToUniversalTime();
        }

        return value > now;
    }
}
