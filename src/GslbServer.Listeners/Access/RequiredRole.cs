namespace GslbServer;

/// <summary>Metadata of an endpoint: who may ask it. Without, <see cref="AdminRole.Read"/> for GET and HEAD and <see cref="AdminRole.Admin"/> for all that changes state.</summary>
internal sealed record RequiredRole(AdminRole Role);

internal static class RequiredRoleExtensions
{
    /// <summary>Who may ask this endpoint or group.</summary>
    public static T RequireRole<T>(this T endpoint, AdminRole role)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new RequiredRole(role)));
        return endpoint;
    }
}
