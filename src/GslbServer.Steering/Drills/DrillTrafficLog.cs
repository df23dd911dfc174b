namespace GslbServer.Steering;

/// <summary>Keeps at most <see cref="DrillTraffic.Most"/> samples of however long a time, evenly spread.</summary>
internal sealed class DrillTrafficLog
{
    private readonly List<DrillTraffic> _samples = [];
    private double _everyMs = 1000;

    public IReadOnlyList<DrillTraffic> Samples => [.. _samples];

    public void Restore(IReadOnlyList<DrillTraffic> samples)
    {
        _samples.AddRange(samples);
        while (_samples.Count > 1 && _samples[^1].AtMs > _everyMs * DrillTraffic.Most)
            _everyMs *= 2;
    }

    public void Add(DrillTraffic sample)
    {
        if (_samples.Count > 0 && sample.AtMs - _samples[^1].AtMs < _everyMs)
            return;
        _samples.Add(sample);
        if (_samples.Count < DrillTraffic.Most)
            return;
        _everyMs *= 2;
        for (int i = _samples.Count - 1; i > 0; i--)
        {
            // The first stays: it is what was before.
            if (_samples[i].AtMs - _samples[i - 1].AtMs < _everyMs && i % 2 == 1)
                _samples.RemoveAt(i);
        }
    }
}
