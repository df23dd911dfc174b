namespace GslbServer.Probing;

/// <summary>The platform's HTTP client over a connection made before. A handler for each probe: a shared one would pool by name, and two regions that share a
/// Host header would get each other's connections.</summary>
internal static class OneConnection
{
    public static SocketsHttpHandler Handler(Stream connection)
    {
        Stream? unused = connection;
        return new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => Interlocked.Exchange(ref unused, null) is { } stream
                ? ValueTask.FromResult(stream)
                : throw new IOException("connection closed before a response"),
            // Nothing is kept, so no timer is started either.
            PooledConnectionLifetime = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        };
    }
}
