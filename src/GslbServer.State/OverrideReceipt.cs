using GslbServer.Steering;

namespace GslbServer.State;

/// <param name="Stored">The override with its revision.</param>
/// <param name="Unreached">Stores that do not have it yet; they get it when they return.</param>
/// <param name="OnDisk">It survives a restart of this node alone.</param>
public sealed record OverrideReceipt(OperatorOverride Stored, IReadOnlyList<string> Unreached, bool OnDisk);
