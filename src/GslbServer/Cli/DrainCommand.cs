using System.CommandLine;
using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb drain</c>: an operator takes a target out of the answers of all nodes.</summary>
internal sealed class DrainCommand : OverrideCommand
{
    private readonly Option<string?> _ramp = new("--ramp") { HelpName = "60s", Description = "TTLs fall first, then traffic moves over this time [default: at once]" };

    private readonly Option<int> _percent = new("--percent") { HelpName = "N", Description = "Share of client prefixes moved away, 1 to 100", DefaultValueFactory = _ => 100 };

    private readonly Option<bool> _force = new("--force") { Description = "Even if a name loses its last serving target, now or later" };

    private readonly Option<bool> _wait = new("--wait") { Description = "Stays and shows how it goes, until resolvers have let go and, where balancers report, nobody arrives" };

    public DrainCommand(CliHost host)
        : base(host, "drain", "drain", "Send clients elsewhere than to TARGET, on all nodes",
            "gslb drain eu-west --for 45m --reason \"kernel update\"",
            "gslb drain eu-west/198.51.100.10 --reason \"disk\" --ramp 60s --wait",
            "gslb drain www.gslb.example.@eu-west --reason \"canary\" --percent 10",
            "gslb drain eu-west --at 22:30 --for 2h --reason \"maintenance window\"")
    {
        Notes =
        [
            Targets,
            MoreTargets + " In force at once, or with --ramp TTLs first and then traffic, by prefix hash.",
            "Refused where a name would lose its last serving target. One that was safe stands aside, name by name, while nothing else serves:",
            "when the other regions have died, or another operator drained them (then the newer drain gives way). --force overrules both.",
        ];
        Take(_ramp, _percent, _force, _wait);
    }

    protected override OverrideRequest With(OverrideRequest request, ParseResult line, List<string> errors)
    {
        TimeSpan? ramp = DurationOf(line, _ramp, errors);
        int percent = 100;
        if (line.GetResult(_percent) is { Implicit: false } given && !given.Errors.Any())
        {
            percent = line.GetValue(_percent);
            if (percent is < 1 or > 100)
            {
                errors.Add($"--percent {percent.ToString(CultureInfo.InvariantCulture)}: expected 1 to 100");
            }
        }

        return request with { Percent = percent, Ramp = ramp is { } r ? Durations.Format(r) : null, Force = line.GetResult(_force) is { Implicit: false } };
    }

    protected override Task<int> StoredAsync(OverrideResult result, ParseResult line, AdminClient node, CancellationToken cancel) =>
        line.GetResult(_wait) is { Implicit: false } ? new OverrideProgress(Words(line), node).WatchAsync(result, cancel) : base.StoredAsync(result, line, node, cancel);
}
