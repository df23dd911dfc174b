namespace GslbServer;

/// <summary>Whether a state change comes from a page of this node or from no page at all. Programs send neither header; browsers always send one.</summary>
/// <remarks>Fetch standard, section "Origin header"; Fetch Metadata Request Headers, section "Sec-Fetch-Site".</remarks>
internal static class OriginRules
{
    public static bool IsOwn(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length == 0 || site is "same-origin" or "none";
    }
}
