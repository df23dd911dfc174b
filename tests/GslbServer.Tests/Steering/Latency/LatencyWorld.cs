using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Measurements of the small world of <see cref="SteeringWorld"/>.</summary>
internal static class LatencyWorld
{
    private static readonly ImmutableArray<string> Labels = ["ap-south", "eu-west", "us-east", "us-west"];

    public static ImmutableArray<LatencyRegion> Regions => LatencyRegion.Of(SteeringWorld.Example().Topology);

    public static LatencyRows Rows(uint epoch, params (string Prefix, string Region, double Ms, int Samples)[] measured)
    {
        LatencyRow[] rows = [.. measured.Select(one => new LatencyRow(LatencyKey.Of(Client.From(IPAddress.Parse(one.Prefix))), (byte)Labels.IndexOf(one.Region), LatencySource.Connection,
            (ushort)one.Samples, LatencyRow.Tenths(one.Ms), 10, 1))];
        Array.Sort(rows, LatencyRow.InOrder);
        return new LatencyRows("balancer-1", epoch, Labels, [.. rows], []);
    }

    public static LatencyMap Decide(LatencyMap previous, uint epoch, params LatencyRows[] rows)
        => LatencyDecider.Decide(previous, epoch, Regions, rows, SteeringWorld.Geo, LatencyOptions.Default with { HoldOutShare = 0 });
}
