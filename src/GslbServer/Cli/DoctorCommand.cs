using System.CommandLine;
using System.Net;
using System.Text.Json;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb doctor</c>: a delegation as resolvers see it.</summary>
internal sealed class DoctorCommand : CliCommand
{
    private const int DnsPort = 53;

    private readonly CliHost _host;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The delegated zone" };
    private readonly Option<string?> _parent = new("--parent") { HelpName = "ADDR[:PORT]", Description = "A server of the zone above [default: found by the system's resolver]" };
    private readonly Option<string[]> _servers = new("--server")
    {
        HelpName = "ADDR[:PORT]",
        Description = "Ask this name server instead of those that the delegation leads to; repeatable",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _admin = new("--admin") { HelpName = "URL", Description = "Also compare, by this node's admin API, what all nodes serve and steer by [default: GSLB_SERVER of the environment]" };
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public DoctorCommand(CliHost host)
        : base("doctor", "Look at a zone's delegation as resolvers do, and say what to do about what is wrong",
            "gslb doctor gslb.example.org",
            "gslb doctor gslb.example.org --parent 192.0.2.1 --admin http://127.0.0.1:8053",
            "gslb doctor gslb.example --parent 127.0.0.1:5353 --server 127.0.0.1:5300 --json")
    {
        Notes =
        [
            "Looks at the parent's NS and glue against the zone's own; at each name server over UDP and TCP, with EDNS, Client Subnet and truncation; at serials; at DS, DNSKEY, signatures and CDS.",
            "One line each: ok, warn or fail, and what to do.",
        ];
        ExitCodes = ExitCode.Verdict("no fail; warnings do not count", "a fail");
        _host = host;
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        Options.Add(_parent);
        Options.Add(_servers);
        Options.Add(_admin);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        DomainName zone = ZoneArgument.Read(line.GetRequiredValue(_zone));
        IPEndPoint? parent = line.GetValue(_parent) is { } text ? EndPoint("--parent", text) : null;
        IPEndPoint[] servers = [.. line.GetValue(_servers)!.Select(s => EndPoint("--server", s))];
        using var waiting = new Waiting(_host, $"looking at {zone}");
        DoctorReport report = await DelegationDoctor.ExamineAsync(zone, parent, servers, _host.Time.GetUtcNow(), cancel);
        if ((line.GetValue(_admin) ?? _host.Environment.GetValueOrDefault("GSLB_SERVER")) is { Length: > 0 } url)
        {
            Finding policy = await PolicyAsync(url, cancel);
            report = report with { Findings = [.. report.Findings, policy], Healthy = report.Healthy && policy.Level != FindingLevel.Fail };
        }

        waiting.Dispose();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(report, AdminJson.Indented));
        }
        else
        {
            DoctorText.Write(report, _host.Out, _host.Terminal);
        }

        return report.Healthy ? 0 : 1;
    }

    /// <summary>What no DNS answer shows: whether all nodes steer by the same regions, checks and policies.</summary>
    private async Task<Finding> PolicyAsync(string url, CancellationToken cancel)
    {
        const string Check = "policy";
        string server = url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url;
        if (!Uri.TryCreate(server, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CliException($"--admin {url}: expected a URL such as {ServerFlags.DefaultServer}");
        }

        try
        {
            using var node = new AdminClient(uri, null, _host, AdminTrust.System);
            StatusReport status = (await node.GetAsync("/api/v1/status", cancel)).Read<StatusReport>();
            VantageStatus[] others = [.. status.Vantages.Where(v => !v.SameConfig && !v.Leaving && !v.IsSilent)];
            return others.Length == 0
                ? Finding.Ok(Check, "", $"equal on all {status.Vantages.Count(v => !v.Leaving && !v.IsSilent)} nodes")
                : Finding.Fail(Check, "", $"{string.Join(' ', others.Select(v => v.Node))} serve other zones or geodata than {status.Node.Name}", "give all nodes the same files; gslb status shows the hashes");
        }
        catch (CliException e)
        {
            return Finding.Warn(Check, "", e.Problems[0], "ask a node that runs, or leave --admin out");
        }
    }

    private static IPEndPoint EndPoint(string option, string text) => IPEndPoint.TryParse(text, out IPEndPoint? at)
        ? at.Port == 0 ? new IPEndPoint(at.Address, DnsPort) : at
        : throw new CliException($"{option} {text}: expected ADDR or ADDR:PORT, such as 192.0.2.1 or [2001:db8::1]:53") { HelpOf = "gslb doctor" };
}
