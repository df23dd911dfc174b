using System.Collections.Concurrent;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>How dynamic updates were answered, by zone and response code; those of zones that are not here together.</summary>
internal sealed class UpdateCounts
{
    public const string Others = "other";

    private readonly ConcurrentDictionary<(string Zone, Rcode Rcode), long> _counts = new();

    /// <param name="zone">One that is served here; null for all else.</param>
    public void Add(DomainName? zone, Rcode rcode) => _counts.AddOrUpdate((zone?.ToLower().ToString() ?? Others, rcode), 1, (_, count) => count + 1);

    /// <param name="zones">What may be updated: told with 0 too.</param>
    public IEnumerable<(string Zone, Rcode Rcode, long Count)> Read(IEnumerable<DomainName> zones)
    {
        IEnumerable<(string, Rcode)> expected = zones.Select(zone => (zone.ToLower().ToString(), Rcode.NoError));
        return _counts.Keys.Union(expected).OrderBy(key => key).Select(key => (key.Item1, key.Item2, _counts.GetValueOrDefault(key)));
    }
}
