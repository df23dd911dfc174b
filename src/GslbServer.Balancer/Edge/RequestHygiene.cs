using Microsoft.Extensions.Primitives;

namespace GslbServer.Balancer;

/// <summary>Takes out of a request what is not the client's to say, or not meant for the backend. (YARP takes out the hop-by-hop headers that have names of their own.)</summary>
internal static class RequestHygiene
{
    /// <summary>What applications take for the word of the proxy before them.</summary>
    private static readonly string[] Claims = ["Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Forwarded-Port", "X-Forwarded-Ssl", "X-Original-URL", "X-Rewrite-URL"];

    /// <summary>Never taken out for being named in <c>Connection</c>: that would change whose or what request it is.</summary>
    private static readonly string[] Kept = ["Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Authorization", "Cookie", "Cache-Control"];

    public static void Apply(IHeaderDictionary headers, bool isFromTrustedProxy)
    {
        if (!isFromTrustedProxy)
        {
            foreach (string claim in Claims) headers.Remove(claim);
        }

        if (headers.Connection is { Count: > 0 } connection) RemoveNamed(headers, connection);
    }

    /// <summary>RFC 9110 section 7.6.1: what <c>Connection</c> names is for this hop.</summary>
    private static void RemoveNamed(IHeaderDictionary headers, StringValues connection)
    {
        foreach (string? line in connection)
        {
            if (line is null || line.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || line.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (Range range in line.AsSpan().Split(','))
            {
                string name = line[range].Trim();
                if (name.Length > 0 && !Kept.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)) headers.Remove(name);
            }
        }
    }
}
