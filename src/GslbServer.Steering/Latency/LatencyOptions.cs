namespace GslbServer.Steering;

/// <summary>How round trips are gathered and decided by. All nodes of a cluster use the same.</summary>
public sealed record LatencyOptions
{
    public static readonly LatencyOptions Default = new();

    /// <summary>How often maps are decided. Resolvers keep answers for tens of seconds, so faster brings nothing.</summary>
    public const int EpochSeconds = 300;

    /// <summary>Region labels in one map: as many as targets in one name.</summary>
    public const int MaxRegions = TopologyLimits.TargetsPerName;

    /// <summary>Twice the longest path of a satellite, with room.</summary>
    public const double LongestMs = 5_000;

    /// <summary>Per prefix, region and epoch: more does not make a median better, and one prefix cannot flood.</summary>
    public const int MaxSamplesPerEpoch = 64;

    /// <summary>Cells unseen for 7 days are forgotten.</summary>
    public const int ForgetMinutes = 7 * 24 * 60;

    /// <summary>Rows older than this many epochs (an hour) are no news: their regions count as silent.</summary>
    public const uint SilentEpochs = 12;

    /// <summary>Light in fibre: a round trip of 1 km takes 0.01 ms at the least.</summary>
    public const double FibreMsPerKm = 0.01;

    /// <summary>How long an epoch is in this cluster: a path that changed for no longer has not changed.</summary>
    public TimeSpan Epoch { get; init; } = TimeSpan.FromSeconds(EpochSeconds);

    /// <summary>Cells of a collector, 100 octets each.</summary>
    public int MaxCells { get; init; } = 200_000;

    /// <summary>Resolvers whose clients a collector keeps count of.</summary>
    public int MaxResolvers { get; init; } = 4_096;

    /// <summary>Counts samples of private and loopback networks: for a network of one's own whose places the geo database or the zone knows.</summary>
    public bool AcceptPrivate { get; init; }

    /// <summary>What a row that somebody wrote counts for at most.</summary>
    public const int ImportedSamples = 5;

    /// <summary>Pseudo-samples that wider knowledge counts for beside a prefix's own, at most.</summary>
    public double ShrinkageSamples { get; init; } = 5;

    /// <summary>A region has to be nearer by the largest of this, <see cref="GainShare"/> and two standard errors.</summary>
    public double GainMs { get; init; } = 5;

    public double GainShare { get; init; } = 0.10;

    /// <summary>The same for the first move of a prefix, away from what geography guessed: nothing was measured yet that hysteresis would have to protect. Estimates are some
    /// 2 % off, so what is estimated just short of 5 ms and 10 % lies beyond them as often as not.</summary>
    public double FirstGainMs { get; init; } = 3;

    public double FirstGainShare { get; init; } = 0.05;

    /// <summary>The same for resolvers that stand for their clients: a mean over many is steadier, and 1 ms of it may be 20 ms for some.</summary>
    public double ResolverGainMs { get; init; } = 1;

    public double ResolverGainShare { get; init; } = 0.02;

    public double GainStandardErrors { get; init; } = 2;

    /// <summary>Epochs after a move in which the prefix does not move again.</summary>
    public uint DwellEpochs { get; init; } = 2;

    /// <summary>The share of traffic that may move in one epoch because measurements know better, the largest gains first.</summary>
    public double ChurnShare { get; init; } = 0.02;

    /// <summary>The same for moves away from paths that changed at a stroke: large enough for a backbone to change, too small for one region that measures nonsense to empty
    /// itself at once.</summary>
    public double ShiftShare { get; init; } = 0.10;

    /// <summary>The share of prefixes that keep what they have, to compare the others with.</summary>
    public double HoldOutShare { get; init; } = 0.001;

    /// <summary>How long a prefix is held out (6 h), then others are.</summary>
    public uint HoldOutEpochs { get; init; } = 72;

    /// <summary>A move is judged this long after it was made.</summary>
    public uint TrialEpochs { get; init; } = 6;

    /// <summary>A prefix that got worse by its move, and was taken back, stays for a day.</summary>
    public uint BanEpochs { get; init; } = 288;
}
