namespace GslbServer.Balancer;

/// <summary>The <c>/metrics</c> page, and what is on it.</summary>
internal sealed class MetricsPage(IEnumerable<IMetricsSource> sources)
{
    private readonly IMetricsSource[] _sources = [.. sources];

    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(PrometheusText.Write(Read()));
    }

    public MetricFamilies Read()
    {
        var families = new MetricFamilies();
        foreach (IMetricsSource source in _sources) source.Write(families);
        return families;
    }
}
