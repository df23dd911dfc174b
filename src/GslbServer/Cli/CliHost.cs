using System.Collections;

namespace GslbServer;

/// <summary>What a command may know of the process around it; a test brings its own.</summary>
/// <param name="Environment">Variables as the process got them.</param>
/// <param name="WorkingDirectory">Relative paths start here.</param>
/// <param name="ProgramDirectory">Where the copies of the sample lie that build and publish put beside the program.</param>
/// <param name="HasColor">Escape sequences are welcome on <paramref name="Out"/>.</param>
internal sealed record CliHost(TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory,
    string ProgramDirectory, TimeProvider Time, bool HasColor)
{
    public static CliHost OfThisProcess()
    {
        Dictionary<string, string> environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.OrdinalIgnoreCase);

        // https://no-color.org: present and not empty, whatever its value.
        bool wantsColor = !Console.IsOutputRedirected && environment.GetValueOrDefault("NO_COLOR", "").Length == 0
            && environment.GetValueOrDefault("TERM", "") != "dumb";
        return new CliHost(Console.Out, Console.Error, environment, Directory.GetCurrentDirectory(), AppContext.BaseDirectory, TimeProvider.System, wantsColor);
    }

    public Terminal Terminal => new(HasColor);
}
