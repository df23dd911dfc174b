using Microsoft.AspNetCore.OpenApi;

namespace GslbServer;

/// <summary>What <c>/openapi/v1.json</c> says beyond the routes.</summary>
internal static class AdminDocument
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "GslbServer admin API";
        document.Info.Version = "v1";
        document.Info.Description = "JSON in camelCase; errors are problem+json (RFC 9457). Anything but GET needs the bearer token of --admin-token-file, "
            + "or without such a file a loopback peer.";
        return Task.CompletedTask;
    });
}
