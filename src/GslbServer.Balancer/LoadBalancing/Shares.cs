namespace GslbServer.Balancer;

/// <summary>Weights of the members of a pool, made ready to be drawn by. Frozen.</summary>
/// <remarks>Sums and a binary search, not an alias table: the same sums also draw a second member among all but the first, exactly and without trying again.</remarks>
internal sealed class Shares
{
    private readonly double[] _weights;

    /// <summary>Sum of the weights before each member; one more entry for the whole.</summary>
    private readonly double[] _before;

    private readonly bool _isEven;

    /// <param name="weights">At least one, each 0 or more. Where all are 0, all count the same.</param>
    public Shares(ReadOnlySpan<double> weights)
    {
        int positive = 0;
        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
            if (weight > 0) positive++;
        }

        _weights = new double[weights.Length];
        _before = new double[weights.Length + 1];
        double mean = positive == 0 ? 0 : sum / positive;
        for (int i = 0; i < weights.Length; i++)
        {
            _weights[i] = positive == 0 ? 1 : weights[i] / mean;
            _before[i + 1] = _before[i] + _weights[i];
        }

        _isEven = _weights.AsSpan().IndexOfAnyExcept(_weights[0]) < 0;
    }

    public int Count => _weights.Length;

    /// <summary>In a scale where the mean of those above 0 is 1.</summary>
    public double this[int member] => _weights[member];

    /// <summary>The whole, in the same scale: how many have a weight above 0.</summary>
    public double Sum => _before[^1];

    /// <summary>A member by its weight.</summary>
    public int Draw(Random random) => _isEven ? random.Next(_weights.Length) : Find(random.NextDouble() * _before[^1]);

    /// <summary>A member by its weight among all others than <paramref name="first"/>; that one where there is no other.</summary>
    public int DrawOther(Random random, int first)
    {
        if (_weights.Length == 1) return first;
        if (_isEven)
        {
            int other = random.Next(_weights.Length - 1);
            return other < first ? other : other + 1;
        }

        double rest = _before[first] + (_before[^1] - _before[first + 1]);
        if (rest <= 0) return first;
        double point = random.NextDouble() * rest;
        int found = Find(point < _before[first] ? point : point + _weights[first]);
        // Rounding at the seam may give the first again.
        return found != first ? found : NextAfter(first);
    }

    /// <summary>The member whose stretch holds the point. Members of weight 0 have none.</summary>
    private int Find(double point)
    {
        int low = 0, high = _weights.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_before[middle + 1] > point) high = middle;
            else low = middle + 1;
        }

        return _weights[low] > 0 ? low : NextAfter(low);
    }

    private int NextAfter(int member)
    {
        for (int i = 1; i < _weights.Length; i++)
        {
            int next = (member + i) % _weights.Length;
            if (_weights[next] > 0) return next;
        }

        return member;
    }
}
