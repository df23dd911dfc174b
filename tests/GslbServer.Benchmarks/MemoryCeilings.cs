using System.Runtime.CompilerServices;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>What a name and a network may cost in memory: what stays when a world has become so much larger, by what there is more of. The tables are managed memory, so
/// the garbage collector knows exactly. Alone in the process, since it counts all that lives.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
[Collection("Alone")]
public sealed class MemoryCeilings
{
    /// <summary>With A and AAAA, and everything that a snapshot keeps of it. 30 octets are the name and its addresses.</summary>
    [Fact]
    public void A_name_costs_at_most_so_many_octets() => AssertBetween(40, 115, PerPiece(20_000, n => World.Build(n, steered: 1, regions: 3, GeoTable.Empty)));

    /// <summary>What the geo table and one steered name keep of it; 8 octets would tell its start and its place.</summary>
    [Fact]
    public void A_network_costs_at_most_so_many_octets() => AssertBetween(2, 15, PerPiece(200_000, n => World.Build(10, steered: 1, regions: 3, SyntheticGeo.Load(n, null))));

    /// <summary>A steered name whose policy others have too.</summary>
    [Fact]
    public void A_steered_name_costs_at_most_so_many_octets() => AssertBetween(100, 900, PerPiece(1_000, n => World.Build(10, n, regions: 3, GeoTable.Empty)));

    /// <summary>Octets that each of the pieces costs by which the second world is larger than the first.</summary>
    private static double PerPiece(int pieces, Func<int, object> build)
    {
        // The first builds make what is made once and kept, and belongs to no world.
        double[] costs = [.. Enumerable.Range(0, 4).Select(_ => (Living(() => build(2 * pieces)) - Living(() => build(pieces))) / pieces)];
        return costs.Skip(1).Order().ElementAt(1);
    }

    /// <summary>Octets that live because of what <paramref name="build"/> returns.</summary>
    // Not inlined: a world that the caller's frame still held would be counted with what was there before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double Living(Func<object> build)
    {
        long before = Settled();
        object world = build();
        long after = Settled();
        GC.KeepAlive(world);
        return after - before;
    }

    /// <summary>What lives once finalizers have let go of all they held.</summary>
    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void AssertBetween(double least, double most, double octets) => Assert.True(octets >= least && octets <= most, $"{octets:F1} octets, expected {least} to {most}");
}
