using System.Reflection;
using Microsoft.Extensions.Primitives;

namespace GslbServer;

/// <summary>What stands behind the question mark of a request that changes something: a name that its route does not know, or a value that it cannot be, is refused. A dry run with a slip in its name must not become a change.</summary>
internal static class QueryParameters
{
    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method) || http.Request.Query.Count == 0 || http.GetEndpoint() is not RouteEndpoint route || route.Metadata.GetMetadata<MethodInfo>() is not { } handler)
        {
            return next(http);
        }

        Dictionary<string, Type> known = handler.GetParameters().Where(parameter => IsSimple(parameter.ParameterType) && route.RoutePattern.GetParameter(parameter.Name!) is null)
            .ToDictionary(parameter => parameter.Name!, parameter => Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType, StringComparer.OrdinalIgnoreCase);
        string[] problems = [.. http.Request.Query.Select(pair => ProblemOf(pair.Key, pair.Value, known)).OfType<string>()];
        return problems.Length == 0 ? next(http) : Problem.Of(StatusCodes.Status400BadRequest, $"{problems[0]}. Nothing was changed.", problems).ExecuteAsync(http);
    }

    private static bool IsSimple(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var one && (one.IsPrimitive || one == typeof(string));

    private static string? ProblemOf(string name, StringValues values, Dictionary<string, Type> known)
    {
        if (!known.TryGetValue(name, out Type? type))
        {
            return $"{name}: there is no such parameter{(known.Count == 0 ? "; expected none" : $"; expected {string.Join(", ", known.Keys)}")}";
        }

        return values.Count > 1 ? $"{name}: it stands there twice"
            : type == typeof(bool) && !bool.TryParse(values[0], out _) ? $"{name}: {Shown(values[0])}; expected true or false" : null;
    }

    private static string Shown(string? value) => value is { Length: > 0 } ? $"\"{(value.Length > 40 ? value[..40] + "…" : value)}\"" : "no value";
}
