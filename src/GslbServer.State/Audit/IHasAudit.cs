namespace GslbServer.State;

/// <summary>A store that keeps the audit trail too.</summary>
internal interface IHasAudit
{
    IAuditStore Audit { get; }
}
