using Microsoft.AspNetCore.Diagnostics;

namespace GslbServer;

/// <summary>Problem details (RFC 9457) for whatever goes wrong.</summary>
internal static class Problem
{
    /// <param name="errors">All that is wrong, one entry each.</param>
    public static IResult Of(int status, string detail, IReadOnlyList<string>? errors = null, IReadOnlyDictionary<string, object?>? more = null)
    {
        var extensions = new Dictionary<string, object?>(more ?? new Dictionary<string, object?>());
        if (errors is not null)
        {
            extensions["errors"] = errors;
        }

        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }

    /// <summary>Also for what no handler of ours answers: unknown routes, wrong methods, bodies too long, our own bugs.</summary>
    public static void UseForEverything(WebApplication app, string nothingHere)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => Of(StatusOf(http), DetailOf(http)).ExecuteAsync(http),
            StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(page => TypedResults.Problem(statusCode: page.HttpContext.Response.StatusCode,
            detail: page.HttpContext.Response.StatusCode == StatusCodes.Status404NotFound ? nothingHere : null)
            .ExecuteAsync(page.HttpContext));
    }

    private static int StatusOf(HttpContext http) => http.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
        ? bad.StatusCode : StatusCodes.Status500InternalServerError;

    private static string DetailOf(HttpContext http) => http.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
        ? bad.Message : "This could not be answered; the log says why.";
}
