using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Gives sampled decisions and measured prefixes their place on the map.</summary>
internal sealed class AnswerPlaces
{
    private const int Kept = 200, MostResolvers = 60;

    private readonly Queue<SampledAnswer> _answers = new();
    private readonly Lock _gate = new();
    private (Topology? Topology, Dictionary<string, string> Labels) _regions = (null, []);
    private (SteeringPlan? Plan, LatencyMap? Map) _resolversOf;
    private IReadOnlyList<LocatedResolver> _resolvers = [];

    public IReadOnlyList<LocatedResolver> Resolvers => Volatile.Read(ref _resolvers);

    /// <returns>The decisions among these events.</returns>
    public IReadOnlyList<SampledAnswer> Look(IEnumerable<NodeEvent> events, SteeringPlan plan)
    {
        var found = new List<SampledAnswer>();
        foreach (NodeEvent e in events)
        {
            if (e is { Kind: "decision", From: { } client, To: { } answer })
                found.Add(Placed(e, client, answer, plan));
        }

        lock (_gate)
        {
            foreach (SampledAnswer one in found)
                _answers.Enqueue(one);
            while (_answers.Count > Kept)
                _answers.Dequeue();
        }

        return found;
    }

    public SampledAnswer[] Read()
    {
        lock (_gate)
            return [.. _answers];
    }

    /// <returns>Null while neither the map of round trips nor the geo database has changed.</returns>
    public IReadOnlyList<LocatedResolver>? NewResolvers(SteeringPlan plan, LatencyMap map)
    {
        if (ReferenceEquals(_resolversOf.Plan, plan) && ReferenceEquals(_resolversOf.Map, map))
            return null;
        _resolversOf = (plan, map);
        var located = new List<LocatedResolver>();
        foreach (LatencyPrefix prefix in LatencyListing.Top(map, MostResolvers))
        {
            var known = prefix.Estimates.Where(one => one.Samples > 0).Select(ExplainedRoundTrip.Of).Where(one => one.Milliseconds is not null).ToList();
            if (known.Count > 0 && known.MinBy(one => one.Milliseconds) is { } nearest && Place(prefix.Key.ToString(), plan.Geo) is { HasCoordinates: true } place)
                located.Add(new LocatedResolver(prefix.Key.ToString(), place.Latitude, place.Longitude, nearest.Region, nearest.Milliseconds ?? 0, prefix.Samples));
        }

        Volatile.Write(ref _resolvers, located);
        return located;
    }

    private SampledAnswer Placed(NodeEvent e, string client, string answer, SteeringPlan plan)
    {
        string[] asked = e.Subject.Split(' ');
        Location? place = Place(client, plan.Geo);
        bool isPlaced = place?.HasCoordinates == true;
        Dictionary<string, string> labels = LabelsOf(plan.Topology);
        string[] regions = [.. answer.Split(' ').Select(address => labels.GetValueOrDefault(address)).OfType<string>().Distinct()];
        return new SampledAnswer(e.At, asked[0], asked[^1], client, isPlaced ? place!.Latitude : null, isPlaced ? place!.Longitude : null,
            place?.Country is { Length: > 0 } country ? country : null, regions, answer);
    }

    private static Location? Place(string prefix, GeoTable geo)
    {
        if (!IPNetwork.TryParse(prefix, out IPNetwork network))
            return null;
        var client = Client.From(network, default);
        return geo.Find(client.IsIPv6, client.Address).Location;
    }

    private Dictionary<string, string> LabelsOf(Topology topology)
    {
        if (!ReferenceEquals(_regions.Topology, topology))
        {
            var labels = new Dictionary<string, string>();
            foreach (Region region in topology.Regions)
            {
                foreach (IPAddress address in region.Addresses)
                    labels.TryAdd(address.ToString(), region.Label);
                if (region.CnameTarget is { } name)
                    labels.TryAdd(name, region.Label);
            }

            _regions = (topology, labels);
        }

        return _regions.Labels;
    }
}
