using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Bounds what browsers, and those who claim to be, can say: each one-time word once, each client prefix so often per epoch. Thread-safe.</summary>
internal sealed class BeaconGuard
{
    public const int ReportsPerPrefix = 16;

    /// <summary>What one epoch can hold; beyond, reports are refused until the next.</summary>
    private const int Most = 50_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<LatencyKey, int> _prefixes = [];
    private HashSet<string> _nonces = new(StringComparer.Ordinal), _noncesBefore = new(StringComparer.Ordinal);

    public BeaconVerdict Admit(string nonce, in Client client)
    {
        LatencyKey prefix = LatencyKey.Of(client);
        lock (_lock)
        {
            if (_nonces.Contains(nonce) || _noncesBefore.Contains(nonce)) return BeaconVerdict.Repeated;
            int reports = _prefixes.GetValueOrDefault(prefix);
            if (reports >= ReportsPerPrefix || _nonces.Count >= Most) return BeaconVerdict.Flooding;
            _prefixes[prefix] = reports + 1;
            _nonces.Add(nonce);
            return BeaconVerdict.Taken;
        }
    }

    public void StartEpoch()
    {
        lock (_lock)
        {
            _prefixes.Clear();
            (_noncesBefore, _nonces) = (_nonces, _noncesBefore);
            _nonces.Clear();
        }
    }
}
