namespace GslbServer.Balancer;

/// <summary>A part of the metrics page. Whatever is registered as one appears there, in the order of registration.</summary>
internal interface IMetricsSource
{
    /// <summary>Called for each scrape and each export, on any thread.</summary>
    void Write(MetricFamilies families);
}
