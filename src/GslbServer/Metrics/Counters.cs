namespace GslbServer;

/// <summary>Counts of the query path: one padded block of longs per serving thread, summed when somebody asks. No locks.</summary>
public sealed class Counters
{
    /// <summary>Name (Prometheus, <c>gslb_dns_...</c>), help, labels and value of each, summed over threads.</summary>
    public IEnumerable<(string Name, string Help, string Labels, long Value)> Read() => throw new NotImplementedException();
}
