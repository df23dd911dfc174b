using System.CommandLine;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What the commands share that put a target under an operator's word: <c>drain</c>, <c>down</c>, <c>up</c>.</summary>
internal abstract class OverrideCommand : CliCommand
{
    /// <summary>How targets are written, for the notes of each.</summary>
    protected const string Targets = "TARGET: eu-west (that label in every zone: one place), eu-west.gslb.example. (one owner), eu-west/198.51.100.10 (one address),";

    /// <summary>Its second line.</summary>
    protected const string MoreTargets = "www.gslb.example.@eu-west (one name).";

    private readonly string _state;
    private ServerFlags? _server;
    private readonly Argument<string> _target = new("TARGET") { Description = "What is meant, see the notes" };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Description = "Why, for whoever looks at it later", Required = true };
    private readonly Option<string?> _for = new("--for") { HelpName = "45m", Description = "Ends by itself after this time: 45m, 1h30m, 2d [default: stays until undrained]" };

    private readonly Option<string?> _at = new("--at")
    {
        HelpName = "TIME",
        Description = "Starts then: 22:30 (local, the next one), +2h, 2026-11-21T22:30:00Z, 2026-11-21T22:30+01:00 [default: now]",
    };

    private readonly Option<string?> _owner = new("--owner") { HelpName = "NAME", Description = "Who decided [default: the token's name, else the OS user]" };

    private readonly Option<bool> _json = new("--json") { Description = "What is stored, as JSON; words go to standard error" };

    protected OverrideCommand(CliHost host, string name, string state, string description, params string[] examples)
        : base(name, description, examples)
    {
        Host = host;
        _state = state;
        Arguments.Add(_target);
        foreach (Option option in new Option[] { _reason, _for, _at, _owner, _json })
        {
            Options.Add(option);
        }

        SetAction(RunAsync);
    }

    protected CliHost Host { get; }

    /// <summary>Options of this command alone, and then those of every command that talks to a node.</summary>
    protected void Take(params Option[] own)
    {
        foreach (Option option in own)
        {
            Options.Add(option);
        }

        _server = new ServerFlags(Host, this);
        NodeWords.Targets(_target, _server);
    }

    public override IEnumerable<string> ValueErrors(ParseResult line)
    {
        var errors = new List<string>();
        Request(line, errors);
        return errors;
    }

    /// <summary>Adds what this command's own options ask for.</summary>
    protected abstract OverrideRequest With(OverrideRequest request, ParseResult line, List<string> errors);

    /// <summary>Where what is for people goes when a script reads the rest.</summary>
    protected CliHost Words(ParseResult line) => line.GetValue(_json) ? Host with { Out = Host.Error } : Host;

    /// <summary>After it was stored.</summary>
    protected virtual Task<int> StoredAsync(OverrideResult result, ParseResult line, AdminClient node, CancellationToken cancel) => Task.FromResult(0);

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var errors = new List<string>();
        OverrideRequest request = Request(line, errors);
        if (errors.Count > 0)
        {
            throw new CliException(errors) { HelpOf = $"gslb {Name}" };
        }

        using AdminClient node = (_server ?? throw new InvalidOperationException("Take was not called")).Connect(line);
        AdminAnswer answer = await node.PutAsync(OverridePath.Of(line.GetRequiredValue(_target)), request, cancel);
        if (answer.Status == StatusCodes.Status409Conflict)
        {
            throw new CliException([.. answer.Problems(), "--force does it all the same"]);
        }

        OverrideResult result = answer.Read<OverrideResult>();
        if (line.GetValue(_json)) Host.PrintJson(result);
        else OverrideReport.Write(result, Host);
        return await StoredAsync(result, line, node, cancel);
    }

    private OverrideRequest Request(ParseResult line, List<string> errors)
    {
        TimeSpan? lasts = DurationOf(line, _for, errors);
        DateTimeOffset? starts = null;
        if (Text(line, _at) is { } at)
        {
            if (StartTime.TryParse(at, Host.Time, out DateTimeOffset time, out string problem))
            {
                starts = time;
            }
            else
            {
                errors.Add($"--at {at}: {problem}");
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

        var request = new OverrideRequest
        {
            State = _state,
            Reason = Text(line, _reason),
            Owner = Text(line, _owner),
            StartsAt = starts,
            ExpiresAt = lasts is { } l ? (starts ?? Host.Time.GetUtcNow()) + l : null,
        };
        return With(request, line, errors);
    }

    /// <summary>Of a line that may have errors elsewhere.</summary>
    protected static string? Text<T>(ParseResult line, Option<T> option) => line.GetResult(option) is { Implicit: false, Tokens: [var token, ..] } ? token.Value : null;

    protected static TimeSpan? DurationOf(ParseResult line, Option<string?> option, List<string> errors)
    {
        if (Text(line, option) is not { } text)
        {
            return null;
        }

        if (Durations.TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        errors.Add($"{option.Name} {text}: expected a time such as 90s, 45m, 1h30m or 2d");
        return null;
    }
}
