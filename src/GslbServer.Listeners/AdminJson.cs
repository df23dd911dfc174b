using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GslbServer;

/// <summary>How the admin API and the commands write JSON: camelCase, enumerations as words.</summary>
internal static class AdminJson
{
    public static readonly JsonSerializerOptions Options = Configured(new JsonSerializerOptions());

    public static readonly JsonSerializerOptions Indented = Configured(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>For bodies that users write: a field that nobody knows is a mistake, not something to ignore.</summary>
    public static readonly JsonSerializerOptions Strict =
        Configured(new JsonSerializerOptions { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false });

    public static JsonSerializerOptions Configured(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        // Served as application/json, never inside HTML: nothing needs escaping but what JSON itself asks for.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }
}
