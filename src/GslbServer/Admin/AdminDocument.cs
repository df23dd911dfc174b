using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace GslbServer;

/// <summary>What <c>/openapi/v1.json</c> says beyond the routes: the token, and the refusals that every request may meet before a route sees it.</summary>
internal static class AdminDocument
{
    private const string Bearer = "bearer";

    private static readonly (int Status, string Why)[] OfAll =
    [
        (401, "No token that may do this (of what reads with --admin-read-open no alone)"),
        (421, "The Host header names somebody else"),
        (429, "Too many requests, or too many wrong tokens, came from this address"),
    ];

    private static readonly (int Status, string Why)[] OfChanges = [(400, "A parameter that there is not, or that cannot be"), (403, "Another role is needed, or it came from another origin"), (415, "The body is no application/json")];

    private static readonly (int Status, string Why)[] OfBodies = [(413, "The body is too long")];

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "GslbServer admin API";
            document.Info.Version = "v1";
            document.Info.Description = "JSON in camelCase; errors are problem+json (RFC 9457). Anything but GET needs the bearer token of --admin-token-file, "
                + "or without such a file a loopback peer.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A token of --admin-token-file" };
            // Without a token, too: where there is no file of them, and where reads are open.
            document.Security = [new OpenApiSecurityRequirement(), new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            bool changes = context.Description.HttpMethod is not "GET";
            foreach ((int status, string why) in OfAll.Concat(changes ? OfChanges : []).Concat(operation.RequestBody is null ? [] : OfBodies))
            {
                (operation.Responses ??= []).TryAdd($"{status}", new OpenApiResponse { Description = why });
            }

            return Task.CompletedTask;
        });
    }
}
