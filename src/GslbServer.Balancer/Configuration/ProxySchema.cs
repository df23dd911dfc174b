using System.Globalization;
using System.Reflection;
using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>Finds every value in the <c>ReverseProxy</c> section that YARP could not read, and every setting it would silently ignore.</summary>
/// <remarks>YARP's own reader stops at the first bad value and knows no unknown ones. The shapes are YARP's configuration types themselves, so they cannot drift from it.</remarks>
internal static class ProxySchema
{
    public static void Check(IConfigurationSection section, List<string> errors)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            switch (child.Key.ToUpperInvariant())
            {
                case "CLUSTERS": CheckEach(child, typeof(ClusterConfig), errors); break;
                case "ROUTES": CheckEach(child, typeof(RouteConfig), errors); break;
                default: errors.Add($"{child.Path}: unknown setting{NearestWord.Suggest(child.Key, ["Routes", "Clusters"])}"); break;
            }
        }
    }

    private static void Check(IConfigurationSection section, Type type, List<string> errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(SslProtocols)) CheckEach(section, typeof(SslProtocol), errors);
        else if (ElementType(type) is { } element) CheckEach(section, element, errors);
        else if (IsObject(type)) CheckObject(section, type, errors);
        else if (section.GetChildren().Any()) errors.Add($"{section.Path}: a group of settings, expected one value ({Expected(type)})");
        else if (section.Value is { } text && !CanRead(text, type)) errors.Add($"{section.Path}: \"{text}\", expected {Expected(type)}");
    }

    private static void CheckEach(IConfigurationSection section, Type element, List<string> errors)
    {
        if (!string.IsNullOrEmpty(section.Value)) errors.Add($"{section.Path}: \"{section.Value}\", expected a list or a group");
        foreach (IConfigurationSection child in section.GetChildren()) Check(child, element, errors);
    }

    private static void CheckObject(IConfigurationSection section, Type type, List<string> errors)
    {
        if (!string.IsNullOrEmpty(section.Value)) errors.Add($"{section.Path}: \"{section.Value}\", expected a group of settings");
        Dictionary<string, PropertyInfo> known = Settings(type);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (known.TryGetValue(child.Key, out PropertyInfo? property)) Check(child, property.PropertyType, errors);
            else errors.Add($"{child.Path}: unknown setting{NearestWord.Suggest(child.Key, known.Keys)}");
        }
    }

    /// <summary>The ids of routes and clusters are the names of their groups and not settings in them.</summary>
    private static Dictionary<string, PropertyInfo> Settings(Type type) => type.GetProperties()
        .Where(property => property.Name is not (nameof(RouteConfig.RouteId)) && !(type == typeof(ClusterConfig) && property.Name == nameof(ClusterConfig.ClusterId)))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    private static Type? ElementType(Type type) => !type.IsGenericType ? null : type.GetGenericTypeDefinition() switch
    {
        Type list when list == typeof(IReadOnlyList<>) => type.GenericTypeArguments[0],
        Type map when map == typeof(IReadOnlyDictionary<,>) => type.GenericTypeArguments[1],
        _ => null,
    };

    private static bool IsObject(Type type) => type.IsClass && type.Namespace?.StartsWith("Yarp.", StringComparison.Ordinal) == true;

    private static bool CanRead(string text, Type type) => type switch
    {
        _ when type == typeof(bool) => bool.TryParse(text, out _),
        _ when type == typeof(int) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        _ when type == typeof(long) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        // .NET takes a plain number for days, which nobody means.
        _ when type == typeof(TimeSpan) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains(':'),
        _ when type == typeof(Version) => Version.TryParse(text.Contains('.') ? text : text + ".0", out _),
        _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ when type.IsEnum => Enum.TryParse(type, text, ignoreCase: true, out _),
        _ => true,
    };

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(TimeSpan) => "hours:minutes:seconds such as 00:00:02",
        _ when type == typeof(Version) => "an HTTP version such as 1.1 or 2",
        _ when type == typeof(Uri) => "an absolute address",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ => "text",
    };

    /// <summary>The protocols that may be named; SslProtocols has obsolete ones too.</summary>
    private enum SslProtocol
    {
        None,
        Tls12,
        Tls13,
    }
}
