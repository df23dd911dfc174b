using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GslbServer.State;

namespace GslbServer;

/// <summary><c>gslb audit</c>: who did what, and why.</summary>
internal sealed class AuditCommand : CliCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions OneLine = AdminJson.Options;

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "Not before: an age such as 2h, or 2026-11-21T22:30:00Z" };
    private readonly Option<string?> _target = new("--target") { HelpName = "TARGET", Description = "About this region, endpoint or name alone" };
    private readonly Option<string?> _kind = new("--kind") { HelpName = "KIND", Description = $"One of {string.Join(", ", AuditQuery.Kinds)} alone" };
    private readonly Option<int> _limit = new("--limit") { HelpName = "N", Description = "The newest N entries", DefaultValueFactory = _ => AuditQuery.DefaultLimit };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Goes on with what comes, until interrupted" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON; with --follow one entry per line" };

    public AuditCommand(CliHost host)
        : base("audit", "Show who did what and why: overrides, verdicts, reloads, of all nodes",
            "gslb audit --since 24h",
            "gslb audit --target eu-west --kind override",
            "gslb audit --follow --json | jq -c 'select(.forced)'")
    {
        Notes =
        [
            "Each node keeps the newest 20,000 entries of all nodes, the last 40 MiB of them on disk (STATE/audit.jsonl and older), each line with a hash of the one before.",
            "What was altered or cut from these files is said on standard error, and in gslb status.",
        ];
        _host = host;
        foreach (Option option in new Option[] { _since, _target, _kind, _limit, _follow, _json })
        {
            Options.Add(option);
        }

        _server = new ServerFlags(host, this);
        NodeWords.Regions(_target.CompletionSources, _server);
        _kind.CompletionSources.Add("override", "transition", "reload", "drill");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        bool isJson = line.GetValue(_json), follows = line.GetValue(_follow);
        AuditReport report = await AskAsync(node, line, null, cancel);
        foreach (string problem in report.Problems)
        {
            await _host.Error.WriteLineAsync(_host.Terminal.Warning($"gslb: warning: audit trail on that node's disk: {PlainText.Of(problem)}"));
        }

        if (isJson && !follows)
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(report, AdminJson.Indented));
            return 0;
        }

        if (report.Entries.Count == 0 && !follows)
        {
            await _host.Error.WriteLineAsync("gslb: nothing of that is in the audit trail");
        }

        while (true)
        {
            foreach (AuditEntry entry in report.Entries)
            {
                await _host.Out.WriteLineAsync(isJson ? JsonSerializer.Serialize(entry, OneLine) : Text(entry));
            }

            if (!follows)
            {
                return 0;
            }

            await _host.Out.FlushAsync(cancel);
            try
            {
                await Task.Delay(Poll, _host.Time, cancel);
            }
            catch (OperationCanceledException)
            {
                return 0;
            }

            report = await AskAsync(node, line, report.Cursor, cancel);
        }
    }

    private async Task<AuditReport> AskAsync(AdminClient node, ParseResult line, string? cursor, CancellationToken cancel)
    {
        (string Key, string? Value)[] query =
        [
            ("since", line.GetValue(_since)), ("target", line.GetValue(_target)), ("kind", line.GetValue(_kind)),
            ("limit", line.GetValue(_limit).ToString(CultureInfo.InvariantCulture)), ("cursor", cursor),
        ];
        string path = "/api/v1/audit?" + string.Join('&', query.Where(one => one.Value is not null).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}"));
        return (await node.GetAsync(path, cancel)).Read<AuditReport>();
    }

    private string Text(AuditEntry entry)
    {
        string change = entry is { From: not null, To: not null } ? $" {entry.From} -> {_host.Terminal.Strong(PlainText.Of(entry.To))}" : "";
        string by = entry.Who is null ? "" : $" by {entry.Who}{(entry.Origin is null ? "" : $" from {entry.Origin}")}";
        string origin = entry.Who is null && entry.Origin is not null ? $" by {entry.Origin}" : "";
        string reason = string.IsNullOrEmpty(entry.Reason) ? "" : $": {entry.Reason}";
        string forced = entry.Forced ? ", forced" : "";
        string result = entry.Result is null ? "" : $" [{entry.Result}{forced}]";
        string node = entry.Node.Length == 0 ? "by the clock" : entry.Node;
        return string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcDateTime:u}  {PlainText.Of(node),-12}  {entry.Kind,-10}  {PlainText.Of(entry.Subject)}") + change + PlainText.Of(by + origin + reason + result);
    }
}
