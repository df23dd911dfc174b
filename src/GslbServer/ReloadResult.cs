namespace GslbServer;

/// <param name="Errors">Every problem as <c>file:line:column: message</c>; empty when the new data is in force.</param>
/// <param name="Warnings">What is in force all the same.</param>
/// <param name="InForce">What is served now, for people: <c>gslb.example. serial 2026112001; ...</c>.</param>
public sealed record ReloadResult(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, string InForce);
