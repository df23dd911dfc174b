using System.Reflection;

namespace GslbServer.Balancer;

/// <summary>The page at <c>/</c>: every backend, drawn anew each second from <c>/api/v1/backends</c>.</summary>
internal static class LivePage
{
    private static readonly byte[] Html = Read();

    public static Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        // Its own script and style and nothing else: what backends are called is text, never markup.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";
        context.Response.ContentLength = Html.Length;
        return context.Response.Body.WriteAsync(Html, context.RequestAborted).AsTask();
    }

    private static byte[] Read()
    {
        using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("LivePage.html") ?? throw new InvalidOperationException("LivePage.html is not in the program");
        byte[] octets = new byte[page.Length];
        page.ReadExactly(octets);
        return octets;
    }
}
