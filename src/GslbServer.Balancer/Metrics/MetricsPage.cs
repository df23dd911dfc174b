namespace GslbServer.Balancer;

/// <summary>The <c>/metrics</c> page.</summary>
internal sealed class MetricsPage(IEnumerable<IMetricsSource> sources)
{
    private readonly IMetricsSource[] _sources = [.. sources];

    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(Text());
    }

    public string Text()
    {
        var text = new MetricsText();
        foreach (IMetricsSource source in _sources) source.Write(text);
        return text.ToString();
    }
}
