using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>The probes of ISC's EDNS compliance tester, in the words of its own table, asked of this server and of BIND.</summary>
public sealed class EdnsComplianceScenario
{
    private static readonly string[] Probes =
    [
        "+noedns +noad SOA", "+noedns +noad +aaflag SOA", "+noedns +ad SOA", "+noedns +noad +cd SOA", "+noedns +noad +raflag SOA", "+noedns +noad +rec SOA",
        "+noedns +noad +tcflag SOA", "+noedns +noad +zflag SOA", "+noedns +noad +header-only +opcode=15", "+noedns +header-only +opcode=15 +tcflag +rec +raflag +cd +ad +aaflag +zflag",
        "+noedns +noad TYPE666", "+noedns +noad +tcp SOA", "+edns=0 +noad SOA", "+edns=1 +noednsneg +noad SOA", "+edns=0 +noad +dnssec +ignore +bufsize=512 DNSKEY",
        "+edns=0 +noad +ednsopt=100 SOA", "+edns=1 +noednsneg +noad +ednsopt=100 SOA", "+edns=0 +noad +dnssec SOA", "+edns=0 +noad +dnssec +cd SOA",
        "+edns=1 +noednsneg +noad +dnssec SOA", "+edns=0 +noad +ednsflags=0x0080 SOA", "+edns=0 +noad +nsid +subnet=0.0.0.0/0 +expire +cookie=0102030405060708 SOA",
        "+edns=0 +noad +nsid SOA", "+edns=0 +noad +cookie=0102030405060708 SOA", "+edns=0 +noad +expire SOA", "+edns=0 +noad +subnet=0.0.0.0/0 SOA",
        "+edns=1 +noednsneg +noad +nsid SOA", "+edns=1 +noednsneg +noad +cookie=0102030405060708 SOA", "+edns=1 +noednsneg +noad +expire SOA",
        "+edns=1 +noednsneg +noad +subnet=0.0.0.0/0 SOA", "+edns=0 +noad +dnssec +bufsize=512 +tcp DNSKEY", "+edns=0 +cookie=0102030405060708 +noad +dnssec SOA",
        "+edns=0 +cookie=0102030405060708 +ad +rec SOA",
    ];

    [Fact]
    public async Task Every_probe_is_answered_as_BIND_does()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", SameAsBindScenario.Zone);
        await using NamedServer bind = await NamedServer.StartAsync("example.org", SameAsBindScenario.Zone);
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"));
        var differences = new List<string>();
        foreach (string probe in Probes)
        {
            string question = probe.Contains("header-only", StringComparison.Ordinal) ? probe : $"{probe} example.org";
            DigReply theirs = await Dig.AskAsync(bind.Port, question), ours = await Dig.AskAsync(node.Port, question);
            if (Essence(theirs) != Essence(ours)) differences.Add($"{probe}\nBIND: {Essence(theirs)}\nours: {Essence(ours)}\n{ours}");
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    /// <summary>Code, flags, EDNS version and flags, whether there is a record; options apart, for each server has its own.</summary>
    private static string Essence(DigReply reply)
    {
        string edns = reply.Text.Split('\n').FirstOrDefault(line => line.StartsWith("; EDNS:", StringComparison.Ordinal))?.Split(';')[1] ?? "no EDNS";
        return $"{reply.Status} {reply.Flags} {edns} {reply.Answer.Count}";
    }
}
