namespace GslbServer;

/// <summary>What an operator asks for: the body of <c>POST /api/v1/drills</c>.</summary>
internal sealed record DrillRequest
{
    /// <summary>A label or an owner: <c>eu-west</c>, <c>eu-west.gslb.example.</c>.</summary>
    public string? Region { get; init; }

    /// <summary>How long, such as <c>10m</c>; 10 s to 24 h.</summary>
    public string? For { get; init; }

    public string? Reason { get; init; }

    /// <summary>Left out: as of an override.</summary>
    public string? Owner { get; init; }

    /// <summary>Even where a name loses its last serving target, now or later.</summary>
    public bool Force { get; init; }
}
