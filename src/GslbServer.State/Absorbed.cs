using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>What came of reading a store.</summary>
/// <param name="Matters">A merge could come out differently.</param>
/// <param name="NewOverrides">There are overrides that this node did not know: the disk copy is behind.</param>
/// <param name="IsImpersonated">The store has a newer report in this node's name than it ever wrote.</param>
/// <param name="Lacking">What the store lacks or has older.</param>
/// <param name="Past">What the store need keep no longer.</param>
internal sealed record Absorbed(bool Matters, bool NewOverrides, bool IsImpersonated, IReadOnlyList<OperatorOverride> Lacking, IReadOnlyList<OperatorOverride> Past);
