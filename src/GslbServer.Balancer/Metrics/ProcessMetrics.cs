namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about the process and its runtime.</summary>
internal sealed class ProcessMetrics : IMetricsSource
{
    public void Write(MetricsText text)
    {
        foreach (IGrouping<string, ProcessFigure> family in ProcessFigures.Read("gslb_balancer").GroupBy(figure => figure.Name))
        {
            text.Family(family.Key, family.First().IsCounter ? "counter" : "gauge", family.First().Help + ".");
            foreach (ProcessFigure figure in family)
            {
                if (figure.Generation is { } generation) text.Sample(family.Key, figure.Value, ("generation", generation));
                else text.Sample(family.Key, figure.Value);
            }
        }
    }
}
