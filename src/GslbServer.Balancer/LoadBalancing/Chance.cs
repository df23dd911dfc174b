namespace GslbServer.Balancer;

/// <summary>Random numbers without a lock: each thread has a generator of its own.</summary>
/// <param name="seed">For tests: what one thread draws is then always the same. Null, the default: seeded by the system.</param>
internal sealed class Chance(int? seed = null) : IDisposable
{
    private readonly ThreadLocal<Random> _random = new(() => seed is { } value ? new Random(value) : new Random());

    public Random Here => _random.Value!;

    public void Dispose() => _random.Dispose();
}
