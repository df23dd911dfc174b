namespace GslbServer.Balancer;

/// <summary>Whether a request goes to the canary.</summary>
internal static class CanaryRule
{
    private const string Always = "always", Never = "never";

    public static bool Takes(HttpContext context, CanarySettings settings, Random random)
    {
        if (settings.Header.Length > 0 && Says(context.Request.Headers[settings.Header].ToString(), settings.HeaderValue) is { } header) return header;
        if (settings.Cookie.Length > 0 && Says(context.Request.Cookies[settings.Cookie], settings.CookieValue) is { } cookie) return cookie;
        if (settings.Share == 0) return false;
        return (settings.StickyKey is { } key && key.TryHash(context, out ulong client) ? Place(client) : random.NextDouble()) < settings.Share;
    }

    /// <returns>Null: it does not decide.</returns>
    private static bool? Says(string? word, string value)
    {
        if (value.Length > 0) return string.Equals(word, value, StringComparison.Ordinal) ? true : null;
        if (string.Equals(word, Always, StringComparison.OrdinalIgnoreCase)) return true;
        return string.Equals(word, Never, StringComparison.OrdinalIgnoreCase) ? false : null;
    }

    /// <summary>A client's place among all, 0 to 1; not the one it has on a ring, or a canary would take the clients of one backend.</summary>
    private static double Place(ulong client) => (double)(Rendezvous.Mix(client) >> 11) / (1UL << 53);
}
