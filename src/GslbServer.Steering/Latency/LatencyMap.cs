using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Where a prefix stands in the game of decisions.</summary>
[Flags]
internal enum GroupFlags : byte
{
    None = 0,

    /// <summary>In the last epoch another region was worth a move.</summary>
    Pending = 1,

    /// <summary>In the last epoch a round trip was not as settled.</summary>
    Drifted = 2,

    /// <summary>Kept what it had although a move was worth it, to compare the others with.</summary>
    HeldOut = 4,

    /// <summary>Round trips prove that it is not where the geo database says.</summary>
    GeoInvalid = 8,

    /// <summary>A move (or, held out, that it did not move) has yet to be judged.</summary>
    OnTrial = 16,

    /// <summary>The order that is pending is so because the path to the present region got longer at a stroke.</summary>
    Shifted = 32,

    /// <summary>In the last epoch the regions behind the first were worth another order.</summary>
    Reordered = 64,
}

/// <summary>Memory of decisions of one prefix. Round trips in tenths of a millisecond.</summary>
/// <param name="MovedAt">Epoch of the last move; 0 for none.</param>
/// <param name="From">Region before the move.</param>
/// <param name="Baseline">Round trip there, then.</param>
/// <param name="BannedUntil">Epoch before which it does not move again, because it got worse by its last move.</param>
/// <param name="Predicted">By how much nearer it was to be after the move.</param>
internal readonly record struct GroupState(GroupFlags Flags, uint MovedAt, byte From, ushort Baseline, uint BannedUntil, ushort Predicted = 0);

/// <summary>One prefix and region in a map. Tenths of a millisecond, <see cref="Unknown"/> for not known.</summary>
/// <param name="Settled">What orders go by; it follows <paramref name="Fresh"/> only when that is news.</param>
internal readonly record struct MapCell(ushort Settled, ushort Fresh, ushort Error, ushort Samples, ushort AgeMinutes, EstimateSource Source)
{
    public const ushort Unknown = ushort.MaxValue;

    public static ushort Tenths(double ms) => double.IsNaN(ms) ? Unknown : (ushort)Math.Clamp(Math.Round(ms * 10), 1, Unknown - 1);

    public static double Ms(ushort tenths) => tenths == Unknown ? double.NaN : tenths / 10.0;
}

/// <summary>What moves did, beside what was expected of them. Milliseconds, means over prefixes since this count began.</summary>
/// <param name="Moved">Prefixes whose move was judged.</param>
/// <param name="PredictedGain">What the estimates promised, when they moved.</param>
/// <param name="RealisedGain">Round trip before the move minus after.</param>
/// <param name="HeldOut">Prefixes that kept what they had, and were judged at the same age.</param>
/// <param name="HeldOutDrift">How much theirs grew meanwhile, without any move.</param>
/// <param name="Reverted">Of those that moved, those that got worse and were taken back.</param>
public readonly record struct LatencyTrials(int Moved, double PredictedGain, double RealisedGain, int HeldOut, double HeldOutDrift, int Reverted);

/// <summary>Decided round trips: for every measured prefix the order of all regions, and what wider places have in common. The same octets on every node; the next map
/// follows from this one. Frozen.</summary>
public sealed class LatencyMap
{
    /// <summary>Nothing measured: everything goes by distance.</summary>
    public static readonly LatencyMap Empty = new(new LatencyMapContent());

    internal LatencyMap(LatencyMapContent content)
        : this(content, LatencyMapCodec.Encode(content))
    {
    }

    private LatencyMap(LatencyMapContent content, byte[] octets)
    {
        Content = content;
        Octets = octets;
        Hash = Envelope.HashText(octets);
    }

    /// <summary>To share: <see cref="Decode"/> reads it.</summary>
    public ReadOnlyMemory<byte> Octets { get; }

    /// <summary>16 hexadecimal digits over all that stands in it.</summary>
    public string Hash { get; }

    /// <summary>The hash of the map that this one followed; empty for the first.</summary>
    public string PreviousHash => Content.PreviousHash;

    public uint Epoch => Content.Epoch;

    public ImmutableArray<LatencyRegion> Regions => Content.Regions;

    public DistanceModel Model => Content.Model;

    public LatencyTrials Trials => Content.Trials;

    /// <summary>Measured prefixes.</summary>
    public int PrefixCount => Content.Keys.Length;

    /// <summary>Prefixes whose first region changed in this epoch.</summary>
    public int Moves => Content.Moves;

    /// <summary>Prefixes that would have moved, but for the churn budget.</summary>
    public int Postponed => Content.Postponed;

    public int GeoInvalidCount => Content.States.Count(state => state.Flags.HasFlag(GroupFlags.GeoInvalid));

    public bool IsEmpty => Content.Keys.Length == 0 && Content.Wide.Keys.Length == 0;

    internal LatencyMapContent Content { get; }

    /// <summary>Never throws: a map that was cut, changed or is foreign is refused whole.</summary>
    public static LatencyMap? Decode(ReadOnlySpan<byte> octets, out string problem)
        => LatencyMapCodec.Decode(octets, out problem) is { } content ? new LatencyMap(content, octets.ToArray()) : null;
}
