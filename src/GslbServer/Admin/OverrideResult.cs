using System.Text.Json.Serialization;
using GslbServer.State;

namespace GslbServer;

/// <summary>An override as it was stored, and what the operator should know.</summary>
internal sealed record OverrideResult : OverrideView
{
    public OverrideResult()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private OverrideResult(OverrideView stored)
        : base(stored)
    {
    }

    /// <summary>Stores that do not have it yet; they get it when they return.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Unreached { get; init; } = [];

    /// <summary>It survives a restart of this node even with no store in reach.</summary>
    [JsonPropertyOrder(1)]
    public bool OnDisk { get; init; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Nothing was stored: this is what would have been.</summary>
    [JsonPropertyOrder(1)]
    public bool DryRun { get; init; }

    public static OverrideResult Tried(OverrideView wanted, IReadOnlyList<string> warnings) => new(wanted) { DryRun = true, Warnings = warnings };

    public static OverrideResult Of(OverrideView stored, OverrideReceipt receipt, IReadOnlyList<string> warnings) =>
        new(stored) { Unreached = receipt.Unreached, OnDisk = receipt.OnDisk, Warnings = warnings };
}
