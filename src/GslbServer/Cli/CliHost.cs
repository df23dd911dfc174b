using System.Collections;

namespace GslbServer;

/// <summary>What a command may know of the process around it; a test brings its own.</summary>
/// <param name="Environment">Variables as the process got them.</param>
/// <param name="WorkingDirectory">Relative paths start here.</param>
/// <param name="ProgramDirectory">Where the copies of the sample lie that build and publish put beside the program.</param>
/// <param name="HasColor">Escape sequences are welcome on <paramref name="Out"/>.</param>
/// <param name="Screen">Standard output where it is a terminal that can be drawn on, else null: nothing on it is made harmless.</param>
/// <param name="Live">Where a line may be drawn and drawn over again, to show how far something is: standard error on a terminal, else null.</param>
internal sealed record CliHost(TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory,
    string ProgramDirectory, TimeProvider Time, bool HasColor, TextWriter? Live = null, TextWriter? Screen = null)
{
    public static CliHost OfThisProcess()
    {
        Dictionary<string, string> environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.OrdinalIgnoreCase);

        // https://no-color.org: present and not empty, whatever its value.
        bool obeys = environment.GetValueOrDefault("TERM", "") != "dumb";
        bool wantsColor = !Console.IsOutputRedirected && environment.GetValueOrDefault("NO_COLOR", "").Length == 0 && obeys;
        return new CliHost(Console.Out, Console.Error, environment, Directory.GetCurrentDirectory(), AppContext.BaseDirectory, TimeProvider.System, wantsColor,
            Console.IsErrorRedirected || !obeys ? null : Console.Error, Console.IsOutputRedirected || Console.IsInputRedirected || !obeys ? null : Console.Out);
    }

    /// <summary>With writers that let nothing through to a terminal but text, and the colours that commands ask for.</summary>
    public CliHost Harmless() => this with { Out = new HarmlessWriter(Out, HasColor), Error = new HarmlessWriter(Error, HasColor) };

    /// <summary>For scripts: camelCase, indented, as the admin API has it.</summary>
    public void PrintJson<T>(T value) => Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(value, AdminJson.Indented));

    public Terminal Terminal => new(HasColor);
}
