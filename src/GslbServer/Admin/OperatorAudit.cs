using GslbServer.Steering;

namespace GslbServer;

/// <summary>What an operator asked for by HTTP, stored or refused, on its way to the audit trail.</summary>
internal static class OperatorAudit
{
    /// <param name="value">As stored: the entry stands at its place in time. Without a revision, as it was asked for.</param>
    public static void Record(Node node, string kind, OperatorOverride value, string from, string to, HttpContext http, string result)
    {
        AuditMark.Set(http);
        string? revision = value.Revision.Length == 0 ? null : value.Revision;
        node.Audit.Add(kind, value.Target, entry => entry with
        {
            From = from,
            To = to,
            Who = value.Owner,
            Origin = OverrideOwner.OriginOf(http),
            Reason = value.Reason + OverrideChange.Times(value),
            Forced = value.Forced,
            Result = result,
            Revision = revision,
        }, revision);
        node.Audit.Flush();
    }
}
