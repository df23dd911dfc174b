namespace GslbServer.Dns;

public enum DiagnosticSeverity
{
    Warning,
    Error,
}

/// <summary>What is wrong in a zone file, where, and what was expected. Printed as <c>file:line:column: message</c>, warnings as
/// <c>file:line:column: warning: message</c>.</summary>
public sealed record ZoneDiagnostic(DiagnosticSeverity Severity, SourcePosition Position, string Message)
{
    public override string ToString() => Severity == DiagnosticSeverity.Error ? $"{Position}: {Message}" : $"{Position}: warning: {Message}";
}
