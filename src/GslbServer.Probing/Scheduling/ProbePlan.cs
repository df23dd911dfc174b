using System.Collections.Frozen;
using System.Collections.Immutable;
using GslbServer.Steering;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Probing;

/// <summary>Everything to probe under one topology, frozen.</summary>
/// <param name="Watches">As <see cref="Topology.Monitors"/>.</param>
/// <param name="Cadences">By period: its watches in the order of their phases.</param>
internal sealed record ProbePlan(ImmutableArray<Watch> Watches, FrozenDictionary<string, Watch> ByKey, FrozenDictionary<TimeSpan, ImmutableArray<Slot>> Cadences)
{
    public static readonly ProbePlan Empty = new([], FrozenDictionary<string, Watch>.Empty, FrozenDictionary<TimeSpan, ImmutableArray<Slot>>.Empty);

    private volatile bool _isProbed;

    /// <summary>The same topology, divided anew among the nodes: what was complete stays so.</summary>
    public ProbePlan After(ProbePlan before)
    {
        _isProbed = before.IsProbed;
        return this;
    }

    /// <summary>Each watch has a result of its own. Once true it stays true.</summary>
    public bool IsProbed => _isProbed || (_isProbed = Watches.All(w => w.Probed));

    /// <summary>Watches that stay keep their counters; those no longer wanted are ended.</summary>
    /// <param name="isWanted">Whether a monitor, by its key, is this node's to probe; null: all are.</param>
    public static ProbePlan Make(Topology topology, string node, ProbePlan before, IReadOnlyList<Observation> known,
        Func<string, bool>? isWanted = null)
    {
        var knownByKey = new Dictionary<string, Observation>(StringComparer.Ordinal);
        foreach (Observation observation in known)
            knownByKey[observation.Monitor] = observation;

        var byKey = new Dictionary<string, Watch>(StringComparer.Ordinal);
        ImmutableArray<Watch>.Builder watches = ImmutableArray.CreateBuilder<Watch>(topology.Monitors.Length);
        foreach (Monitor monitor in topology.Monitors)
        {
            if (byKey.ContainsKey(monitor.Key) || isWanted?.Invoke(monitor.Key) == false)
                continue;
            Check check = topology.Checks[monitor.Check];
            var definition = new Watch.Definition(monitor, check, topology.Regions[monitor.Region].Label);
            if (before.ByKey.TryGetValue(monitor.Key, out Watch? watch) && watch.Present.Check.Every == check.Every)
                watch.Present = definition;
            else
                watch = new Watch(definition, Phase.Of(node, monitor.Key, check.Every), watch?.Observation ?? knownByKey.GetValueOrDefault(monitor.Key));
            byKey.Add(monitor.Key, watch);
            watches.Add(watch);
        }
        foreach (Watch gone in before.Watches)
        {
            if (!byKey.TryGetValue(gone.Present.Monitor.Key, out Watch? kept) || kept != gone)
                gone.End();
        }
        return new(watches.ToImmutable(), byKey.ToFrozenDictionary(StringComparer.Ordinal),
            watches.GroupBy(w => w.Present.Check.Every).ToFrozenDictionary(g => g.Key, Slot.Split));
    }
}

/// <summary>The watches of one cadence that begin together.</summary>
/// <param name="Offset">From the start of the round.</param>
internal readonly record struct Slot(TimeSpan Offset, ImmutableArray<Watch> Watches)
{
    /// <summary>Fine enough that no burst is felt, coarse enough that 5,000 checks every 2 s need 50 timers a second.</summary>
    private static readonly TimeSpan Width = TimeSpan.FromMilliseconds(20);

    public static ImmutableArray<Slot> Split(IEnumerable<Watch> watches) =>
        [.. watches.GroupBy(w => w.Phase.Ticks / Width.Ticks).OrderBy(g => g.Key).Select(g => new Slot(g.Key * Width, [.. g.OrderBy(w => w.Phase)]))];
}
