using System.Text.Json;

namespace GslbServer;

/// <summary>Bodies of requests, read strictly.</summary>
internal static class JsonBody
{
    /// <returns>What was sent, null for nothing or <c>null</c>; or why it cannot be read: no JSON, fields that there are not, too long, cut off.</returns>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpRequest request, CancellationToken cancel)
        where T : class
    {
        try
        {
            return (await JsonSerializer.DeserializeAsync<T>(request.Body, AdminJson.Strict, cancel), null);
        }
        catch (JsonException e)
        {
            return (null, Problem.Of(StatusCodes.Status400BadRequest, $"The body cannot be read: {JsonProblem.Describe(e, typeof(T))}"));
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problem.Of(e.StatusCode, e.Message));
        }
    }
}
