using Microsoft.Extensions.Configuration.Json;

namespace GslbServer.Balancer;

/// <summary>Reads the configuration afresh from the same sources: files, environment, flags.</summary>
/// <remarks>The application's own live configuration is not used for reloads, because a file that cannot be parsed leaves it empty: here a bad file is an error and nothing else.</remarks>
internal sealed class SettingsSource
{
    private readonly IReadOnlyList<IConfigurationSource> _sources;
    private readonly string[] _presentAtStart;

    public SettingsSource(IEnumerable<IConfigurationSource> sources)
    {
        _sources = [.. sources];
        Files = [.. _sources.OfType<JsonConfigurationSource>().Select(source => source.FileProvider?.GetFileInfo(source.Path ?? "").PhysicalPath).OfType<string>()];
        _presentAtStart = [.. Files.Where(File.Exists)];
    }

    /// <summary>Paths of the files that are read, whether they exist or not.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc cref="SettingsReader.ReadAsync"/>
    public async Task<(Settings? Settings, IReadOnlyList<string> Errors)> ReadAsync()
    {
        string[] gone = [.. _presentAtStart.Where(file => !File.Exists(file)).Select(file => $"{file}: is gone")];
        if (gone.Length > 0) return (null, gone);
        try
        {
            // Not disposed: the chained host configuration, one of the sources, belongs to the application.
            var builder = new ConfigurationBuilder();
            foreach (IConfigurationSource source in _sources) builder.Add(source is JsonConfigurationSource json ? new IndexedJsonSource(json) : source);
            return await SettingsReader.ReadAsync(builder.Build());
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (null, [StartError.Describe(error)]);
        }
    }
}
