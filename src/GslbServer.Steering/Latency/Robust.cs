namespace GslbServer.Steering;

/// <summary>Medians: half of the values may be anything.</summary>
internal static class Robust
{
    /// <summary>Sorts the list.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>The value at which half of the weight is reached. Sorts both.</summary>
    public static double WeightedMedian(Span<double> values, Span<int> weights)
    {
        values.Sort(weights);
        long all = 0;
        foreach (int weight in weights)
            all += weight;
        long below = 0;
        for (int i = 0; i < values.Length; i++)
        {
            below += weights[i];
            if (2 * below > all)
                return values[i];
            if (2 * below == all)
                return (values[i] + values[i + 1]) / 2;
        }

        return values[^1];
    }
}
