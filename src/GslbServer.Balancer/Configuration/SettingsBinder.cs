using System.Collections;
using System.Reflection;

namespace GslbServer.Balancer;

/// <summary>From a configuration section to a record of settings, all errors at once.</summary>
/// <remarks>Groups are records with a parameterless constructor, whose initial values are the defaults; a nullable group is one that can be left out. Lists are <see
/// cref="IReadOnlyList{T}"/>, groups by
/// name <see cref="IReadOnlyDictionary{TKey, TValue}"/> with text keys, not sensitive to case. .NET's own binder throws at the first bad value and ignores what it does not
/// know.</remarks>
internal static class SettingsBinder
{
    /// <param name="errors">One line per error is added; a value with an error is left at its default.</param>
    public static T Read<T>(IConfigurationSection section, List<string> errors)
        where T : class, new() => (T)Group(section, typeof(T), errors);

    /// <summary>Groups by name, as <c>Balancer:Clusters</c>.</summary>
    public static IReadOnlyDictionary<string, T> ReadEach<T>(IConfigurationSection section, List<string> errors)
        where T : class, new() => (IReadOnlyDictionary<string, T>)Map(section, typeof(T), between: null, errors);

    /// <summary>A list of single values.</summary>
    public static IReadOnlyList<T> ReadList<T>(IConfigurationSection section, List<string> errors) => (IReadOnlyList<T>)List(section, typeof(T), between: null, errors);

    private static object Group(IConfigurationSection section, Type type, List<string> errors)
    {
        object group = Activator.CreateInstance(type)!;
        int before = errors.Count;
        if (!string.IsNullOrEmpty(section.Value)) errors.Add($"{section.Path}: \"{section.Value}\", expected a group of settings");
        Dictionary<string, PropertyInfo> known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out PropertyInfo? property)) errors.Add($"{child.Path}: unknown setting{NearestWord.Suggest(child.Key, known.Keys)}");
            else if (Value(child, property.PropertyType, property.GetCustomAttribute<BetweenAttribute>(), errors) is { } value) property.SetValue(group, value);
        }

        if (errors.Count == before && group is ICheckedSettings checkedSettings) errors.AddRange(checkedSettings.Errors(section.Path));
        return group;
    }

    /// <returns>Null if there is none or it could not be read.</returns>
    private static object? Value(IConfigurationSection section, Type type, BetweenAttribute? between, List<string> errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementType(type, typeof(IReadOnlyList<>), 0) is { } element) return List(section, element, between, errors);
        if (ElementType(type, typeof(IReadOnlyDictionary<,>), 1) is { } named) return Map(section, named, between, errors);
        if (!SettingText.IsText(type)) return Group(section, type, errors);
        if (section.Value is not { } text)
        {
            // Asked only here: it looks through the whole configuration, and a list may have very many entries.
            if (section.GetChildren().Any()) errors.Add($"{section.Path}: a group of settings, expected {SettingText.Expected(type, between)}");
            return null;
        }

        object? value = SettingText.Parse(text, type, between);
        if (value is null) errors.Add($"{section.Path}: \"{text}\", expected {SettingText.Expected(type, between)}");
        return value;
    }

    /// <summary>A list, or one text in its place. An empty list in JSON arrives as an empty text.</summary>
    private static IList List(IConfigurationSection section, Type element, BetweenAttribute? between, List<string> errors)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        IEnumerable<IConfigurationSection> entries = section.Value is { Length: > 0 } ? [section] : section.GetChildren();
        foreach (IConfigurationSection entry in entries)
        {
            if (Value(entry, element, between, errors) is { } value) list.Add(value);
        }

        return list;
    }

    private static IDictionary Map(IConfigurationSection section, Type element, BetweenAttribute? between, List<string> errors)
    {
        if (!string.IsNullOrEmpty(section.Value)) errors.Add($"{section.Path}: \"{section.Value}\", expected groups of settings by name");
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element), StringComparer.OrdinalIgnoreCase)!;
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (Value(child, element, between, errors) is { } value) map[child.Key] = value;
        }

        return map;
    }

    private static Type? ElementType(Type type, Type shape, int argument) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == shape ? type.GenericTypeArguments[argument] : null;
}
