namespace GslbServer.Balancer;

/// <summary><c>SecurityHeaders</c> of an edge: put on answers that lack them; what the backend said stays. An empty text leaves that header out.</summary>
public sealed record SecurityHeaderSettings
{
    public bool Enabled { get; init; } = true;

    /// <summary><c>Strict-Transport-Security</c> (RFC 6797), over TLS only.</summary>
    public string Hsts { get; init; } = "max-age=31536000";

    /// <summary><c>X-Content-Type-Options</c>.</summary>
    public string ContentTypeOptions { get; init; } = "nosniff";

    /// <summary><c>Referrer-Policy</c>.</summary>
    public string ReferrerPolicy { get; init; } = "strict-origin-when-cross-origin";

    /// <summary><c>X-Frame-Options</c>.</summary>
    public string FrameOptions { get; init; } = "SAMEORIGIN";

    /// <summary><c>Content-Security-Policy</c>; there is none that suits every site.</summary>
    public string ContentSecurityPolicy { get; init; } = "";
}
