namespace GslbServer.Steering;

/// <summary>A topology's monitors by key. Kept from one merge to the next.</summary>
internal sealed class MonitorIndex
{
    private readonly Dictionary<string, int> _byKey;

    public MonitorIndex(Topology topology)
    {
        Topology = topology;
        _byKey = new Dictionary<string, int>(topology.Monitors.Length);
        for (int i = 0; i < topology.Monitors.Length; i++)
            _byKey.TryAdd(topology.Monitors[i].Key, i);
    }

    public Topology Topology { get; }

    public int Count => Topology.Monitors.Length;

    public bool TryFind(string key, out int monitor) => _byKey.TryGetValue(key, out monitor);
}
