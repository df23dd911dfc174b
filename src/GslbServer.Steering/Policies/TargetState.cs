namespace GslbServer.Steering;

/// <summary>What one target may answer with now, for one family. Frozen.</summary>
internal sealed class TargetState
{
    /// <summary>Addresses that serve, packed.</summary>
    public required byte[] Serving { get; init; }

    /// <summary>For each of <see cref="Serving"/> the share of clients, 0..1, that do not get it now (a ramp, a drain in part); null when all do.</summary>
    public double[]? Away { get; init; }

    /// <summary>The same for a target without addresses of its own: a steered name, or a CNAME.</summary>
    public double TargetAway { get; init; }

    /// <summary>Those that failed last, and within one detection time of each other, so that none is better than another; for <c>all-down=last</c>.</summary>
    public required byte[] LastGood { get; init; }

    /// <summary>All that no operator took down.</summary>
    public required byte[] LastResort { get; init; }

    /// <summary>When it stopped serving; MaxValue while it serves, MinValue when that is not known.</summary>
    public TimeSpan DownAt { get; init; } = TimeSpan.MaxValue;

    /// <summary>Since when it serves and waits for an undrain (<c>failback=manual</c>); MinValue when it does not wait.</summary>
    public TimeSpan WaitsSince { get; init; } = TimeSpan.MinValue;

    /// <summary>An operator took down or drained all of it.</summary>
    public bool IsTaken { get; init; }

    public bool IsPartial => Away is not null || TargetAway > 0;
}

/// <summary>All targets of a name for one family, as bits by ordinal, and what each may answer with.</summary>
internal sealed record FamilyState
{
    /// <summary>By ordinal; one more for an <c>all-down</c> target.</summary>
    public required TargetState?[] Targets { get; init; }

    /// <summary>Targets that serve; those with a share away are among them.</summary>
    public ulong Up { get; init; }

    /// <summary>Targets that an operator took down or drained whole.</summary>
    public ulong Taken { get; init; }

    /// <summary>Targets that the <see cref="TargetState.IsPartial">share</see> of some clients goes around.</summary>
    public ulong Partial { get; init; }
}
