namespace GslbServer;

/// <summary>The process and its runtime, for Prometheus.</summary>
internal static class ProcessMetrics
{
    public static void Add(MetricFamilies families)
    {
        foreach (ProcessFigure figure in ProcessFigures.Read("gslb"))
        {
            (string, string)[] labels = figure.Generation is { } generation ? [("generation", generation)] : [];
            if (figure.IsCounter)
            {
                families.Counter(figure.Name, figure.Help, figure.Value, labels);
            }
            else
            {
                families.Gauge(figure.Name, figure.Help, figure.Value, labels);
            }
        }
    }
}
