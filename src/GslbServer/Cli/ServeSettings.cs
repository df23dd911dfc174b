using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The options of <c>gslb serve</c> as written, before their values mean anything: flags over environment (<c>GSLB__SECTION__KEY</c>) over file. For each
/// option the highest source that has it gives all of it; lists of different sources are never mixed.</summary>
internal sealed class ServeSettings
{
    public const string DefaultFile = "gslb.json";

    private const string EnvironmentPrefix = "GSLB__";

    /// <summary>Sections that may stand around the options, and sections that belong to the framework.</summary>
    private static readonly string[] Wrappers = ["serve:", "gslb:"];

    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    /// <summary>Keys below <c>Logging</c>, for the framework's own configuration of log levels.</summary>
    public Dictionary<string, string?> Logging { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="flags">By option name.</param>
    /// <param name="configFile">From <c>--config</c>; null looks for <c>gslb.json</c> in the working folder.</param>
    /// <param name="errors">Gets everything that is wrong.</param>
    public static ServeSettings Read(IReadOnlyDictionary<string, IReadOnlyList<string>> flags, string? configFile, CliHost host, List<string> errors)
    {
        var settings = new ServeSettings();
        configFile ??= host.Environment.GetValueOrDefault(EnvironmentPrefix + "CONFIG") is { Length: > 0 } file ? file : null;
        settings.AddFile(configFile, host.WorkingDirectory, errors);
        settings.AddEnvironment(host.Environment, errors);
        foreach ((string name, IReadOnlyList<string> values) in flags)
        {
            settings._settings[name] = new Setting("--" + name, values);
        }

        return settings;
    }

    /// <summary>Null when no source has it.</summary>
    public Setting? this[string name] => _settings.GetValueOrDefault(name);

    private void AddFile(string? explicitFile, string workingDirectory, List<string> errors)
    {
        string file = explicitFile ?? DefaultFile;
        string path = Path.GetFullPath(file, workingDirectory);
        if (!File.Exists(path))
        {
            if (explicitFile is not null)
            {
                errors.Add($"--config {file}: there is no such file");
            }

            return;
        }

        try
        {
            IConfigurationRoot root = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
            Add(root.AsEnumerable().Where(pair => pair.Value is not null), key => $"{file}: {char.ToLowerInvariant(key[0])}{key[1..]}", errors);
        }
        catch (InvalidDataException e)
        {
            errors.Add(e.GetBaseException() is JsonException json
                ? $"{file}:{json.LineNumber + 1}:{json.BytePositionInLine + 1}: not valid JSON: {json.Message.Split(" LineNumber:")[0]}"
                : $"{file}: {e.GetBaseException().Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{file}: cannot be read: {e.Message}");
        }
    }

    /// <summary>An empty variable is as good as none: Compose files pass those for what is not set.</summary>
    private void AddEnvironment(IReadOnlyDictionary<string, string> environment, List<string> errors)
    {
        IEnumerable<KeyValuePair<string, string?>> pairs = environment
            .Where(pair => pair.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && pair.Value.Length > 0)
            .Select(pair => KeyValuePair.Create<string, string?>(pair.Key[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), pair.Value))
            .Where(pair => !pair.Key.Equals("config", StringComparison.OrdinalIgnoreCase));
        Add(pairs, key => EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal), errors);
    }

    private void Add(IEnumerable<KeyValuePair<string, string?>> pairs, Func<string, string> originOf, List<string> errors)
    {
        var found = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach ((string key, string? value) in pairs.OrderBy(pair => pair.Key, ConfigurationKeyComparer.Instance))
        {
            if (key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase))
            {
                Logging[key] = value;
                continue;
            }

            if (OptionOf(key, out bool isItem) is not { } option)
            {
                string near = Suggestion.Nearest(ServeOption.KeyOf(Unwrapped(key)), ServeOption.All.Where(o => o.IsAvailable).Select(o => o.Key)) is { } nearKey
                    ? $" (did you mean '{ServeOption.All.First(o => o.Key == nearKey).Name}'?)" : "";
                errors.Add($"{originOf(key)}: there is no such option{near}");
            }
            else if (isItem && !option.IsList)
            {
                errors.Add($"{originOf(key)}: '{option.Name}' takes one value, not a list");
            }
            else
            {
                IReadOnlyList<string> values = option.SplitsAtCommas && !isItem
                    ? (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value ?? ""];
                found[option.Name] = found.TryGetValue(option.Name, out Setting? before)
                    ? before with { Values = [.. before.Values, .. values] } : new Setting(originOf(isItem ? key[..key.LastIndexOf(':')] : key), values);
            }
        }

        foreach ((string name, Setting setting) in found)
        {
            _settings[name] = setting;
        }
    }

    private static ServeOption? OptionOf(string key, out bool isItem)
    {
        string bare = Unwrapped(key);
        int last = bare.LastIndexOf(':');
        isItem = last > 0 && int.TryParse(bare.AsSpan(last + 1), out _);
        string wanted = ServeOption.KeyOf(isItem ? bare[..last] : bare);
        return ServeOption.All.FirstOrDefault(o => o.Key == wanted);
    }

    private static string Unwrapped(string key) => Wrappers.FirstOrDefault(w => key.StartsWith(w, StringComparison.OrdinalIgnoreCase)) is { } wrapper
        ? key[wrapper.Length..] : key;
}

/// <summary>An option's value as written.</summary>
/// <param name="Origin">For messages: <c>--listen</c>, <c>GSLB__LISTEN</c>, <c>gslb.json: listen</c>.</param>
internal sealed record Setting(string Origin, IReadOnlyList<string> Values);
