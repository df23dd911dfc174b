using System.Reflection;
using System.Text.Json;

namespace GslbServer;

/// <summary>What is wrong with a JSON body, in the words of whoever wrote it: fields and JSON types, nothing of ours.</summary>
internal static class JsonProblem
{
    /// <param name="body">The type that the body was read as; its properties are the fields.</param>
    public static string Describe(JsonException problem, Type body)
    {
        Dictionary<string, Type> fields = body.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType);
        string field = problem.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
        if (IsSyntax(problem))
        {
            return problem.LineNumber == 0 && problem.BytePositionInLine == 0 && problem.Message.Contains("any JSON", StringComparison.Ordinal)
                ? "it is empty; expected an object with state and reason" : $"line {problem.LineNumber + 1}, octet {problem.BytePositionInLine + 1}: {problem.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0]}";
        }

        if (field.Length == 0)
        {
            return "expected an object with state and reason";
        }

        string what = !fields.TryGetValue(field, out Type? type) ? $"there is no such field{Suggestion(field, fields.Keys)}"
            : problem.Message.Contains("uplicate", StringComparison.Ordinal) ? "it stands there twice"
            : $"expected {Expected(type)}";
        return $"{problem.Path}: {what}";
    }

    /// <summary>The reader's own errors come from its parser, those of conversion from the serializer alone.</summary>
    private static bool IsSyntax(JsonException problem) => problem.InnerException is JsonException;

    private static string Suggestion(string field, IEnumerable<string> known) =>
        Steering.Suggestion.Nearest(field, known) is { } near ? $"; did you mean {near}?" : $" (fields: {string.Join(", ", known)})";

    private static string Expected(Type type) => type == typeof(DateTimeOffset) ? "a time such as \"2026-11-21T22:30:00Z\""
        : type == typeof(int) ? "a whole number" : type == typeof(bool) ? "true or false" : "a text";
}
