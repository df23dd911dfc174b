namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about the process and its runtime.</summary>
internal sealed class ProcessMetrics : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        foreach (IGrouping<string, ProcessFigure> family in ProcessFigures.Read("gslb_balancer").GroupBy(figure => figure.Name))
        {
            families.Family(family.Key, family.First().IsCounter ? MetricKind.Counter : MetricKind.Gauge, family.First().Help + ".");
            foreach (ProcessFigure figure in family)
            {
                if (figure.Generation is { } generation) families.Sample(family.Key, figure.Value, ("generation", generation));
                else families.Sample(family.Key, figure.Value);
            }
        }
    }
}
