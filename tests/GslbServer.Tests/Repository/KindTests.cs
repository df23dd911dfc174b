using System.Text.RegularExpressions;

namespace GslbServer.Tests.Repository;

/// <summary>What is written down can be asked for: the kinds of events and of audit entries in the sources are those that the lists know.</summary>
public sealed partial class KindTests
{
    [Fact]
    public void Every_kind_of_an_audit_entry_can_be_asked_for() =>
        Assert.Equal(AuditQuery.Kinds.Order(StringComparer.Ordinal), Found(AuditEntries()));

    [Fact]
    public void Every_kind_of_an_event_can_be_chosen_for_a_webhook() =>
        Assert.Equal(NodeEvent.Kinds.Order(StringComparer.Ordinal), Found(Events()));

    private static IEnumerable<string> Found(Regex writes) =>
        RepositoryFiles.Sources("src").SelectMany(file => writes.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex("""(?:\b_?audit\.Add\(|\btrail\.Add\(|OperatorAudit\.Record\(node, )"([a-z]+)",""", RegexOptions.IgnoreCase)]
    private static partial Regex AuditEntries();

    [GeneratedRegex("""\b_?events\.Add\("([a-z]+)",""", RegexOptions.IgnoreCase)]
    private static partial Regex Events();
}
