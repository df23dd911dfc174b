using System.Reflection;
using System.Text.Json;

namespace GslbServer;

/// <summary>What is wrong with a JSON body, in the words of whoever wrote it: fields and JSON types, nothing of ours.</summary>
internal static class JsonProblem
{
    /// <param name="body">The type that the body was read as; its properties are the fields.</param>
    public static string Describe(JsonException problem, Type body)
    {
        string field = problem.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
        if (IsSyntax(problem))
        {
            return problem.LineNumber == 0 && problem.BytePositionInLine == 0 && problem.Message.Contains("any JSON", StringComparison.Ordinal)
                ? $"it is empty; expected {Whole(body)}" : $"line {problem.LineNumber + 1}, octet {problem.BytePositionInLine + 1}: {problem.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0]}";
        }

        if (field.Length == 0)
        {
            return $"expected {Whole(body)}";
        }

        (Dictionary<string, Type> fields, string last) = Place(body, field);
        string what = !fields.TryGetValue(last, out Type? type) ? $"there is no such field{Suggestion(last, fields.Keys)}"
            : problem.Message.Contains("uplicate", StringComparison.Ordinal) ? "it stands there twice"
            : $"expected {Expected(field.EndsWith(']') ? ElementOf(type) : type)}";
        return $"{problem.Path}: {what}";
    }

    /// <summary>The fields beside the last one of a path such as <c>rrsets[0].ttl</c>, and its name.</summary>
    private static (Dictionary<string, Type> Fields, string Last) Place(Type body, string path)
    {
        string[] names = [.. path.Split('.').Select(name => name.Split('[')[0])];
        Dictionary<string, Type> fields = FieldsOf(body);
        foreach (string name in names[..^1])
        {
            if (!fields.TryGetValue(name, out Type? inner))
            {
                return (fields, name);
            }

            fields = FieldsOf(ElementOf(inner));
        }

        return (fields, names[^1]);
    }

    private static string Whole(Type body) => $"an object with some of {string.Join(", ", FieldsOf(body).Keys)}";

    private static Type ElementOf(Type type) => type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[^1] : type;

    private static Dictionary<string, Type> FieldsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType);

    /// <summary>The reader's own errors come from its parser, those of conversion from the serializer alone.</summary>
    private static bool IsSyntax(JsonException problem) => problem.InnerException is JsonException;

    private static string Suggestion(string field, IEnumerable<string> known) =>
        Steering.Suggestion.Nearest(field, known) is { } near ? $"; did you mean {near}?" : $" (fields: {string.Join(", ", known)})";

    private static string Expected(Type type) => type == typeof(DateTimeOffset) ? "a time such as \"2026-11-21T22:30:00Z\""
        : type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(uint) || type == typeof(ushort) || type == typeof(byte) ? $"a whole number from 0 to {type.GetField("MaxValue")!.GetValue(null)}"
        : type == typeof(double) ? "a number" : type == typeof(bool) ? "true or false" : type == typeof(string) ? "a text" : type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "a list" : "an object";
}
