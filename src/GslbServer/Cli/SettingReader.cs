namespace GslbServer;

/// <summary>Reads settings one by one and collects what is wrong with them, each with where it was written.</summary>
internal sealed class SettingReader(ServeSettings settings, CliHost host, List<string> errors)
{
    /// <returns>What is wrong, for people; null when <paramref name="value"/> counts.</returns>
    public delegate string? Parser<T>(string text, out T value);

    /// <summary>Null when not set, or set to something bad.</summary>
    public T? One<T>(string name, Parser<T> parse)
        where T : class => Many(name, parse) is [var only, ..] ? only : null;

    public IReadOnlyList<T>? Many<T>(string name, Parser<T> parse)
    {
        if (settings[name] is not { } setting)
        {
            return null;
        }

        var values = new List<T>();
        foreach (string text in setting.Values)
        {
            if (parse(text, out T value) is { } problem)
            {
                errors.Add($"{setting.Origin} {ServeOption.Printable(name, text)}: {problem}");
            }
            else if (!values.Contains(value))
            {
                values.Add(value);
            }
        }

        return values.Count == 0 ? null : values;
    }

    /// <summary>A switch: given as a flag, or <c>true</c> or <c>false</c> where keys have values.</summary>
    public bool Switch(string name)
    {
        if (settings[name] is not { } setting)
        {
            return false;
        }

        string text = setting.Values.Count == 0 ? "true" : setting.Values[^1];
        if (!bool.TryParse(text, out bool isOn))
        {
            errors.Add($"{setting.Origin} {text}: expected true or false");
        }

        return isOn;
    }

    public string? ExistingFile(string name) => ExistingFiles(name) is [var only, ..] ? only : null;

    public IReadOnlyList<string>? ExistingFiles(string name) => Existing(name, File.Exists, "there is no such file");

    public string? ExistingDirectory(string name) => Existing(name, Directory.Exists, "there is no such folder") is [var only, ..] ? only : null;

    private IReadOnlyList<string>? Existing(string name, Func<string, bool> exists, string problem)
    {
        string? Parse(string text, out string value)
        {
            value = text;
            return text.Length > 0 && exists(Path.GetFullPath(text, host.WorkingDirectory)) ? null : problem;
        }

        return Many<string>(name, Parse);
    }
}
