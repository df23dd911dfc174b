namespace GslbServer;

/// <summary>Where zones and geodata are when nobody says: in the working folder, else the copies beside the program.</summary>
internal static class DefaultPaths
{
    private const string SampleGeodata = "sample.mmdb";

    public static string Zones(CliHost host)
    {
        string beside = Path.Combine(host.ProgramDirectory, "zones");
        return !Directory.Exists(Path.Combine(host.WorkingDirectory, "zones")) && Directory.Exists(beside) ? beside : "zones";
    }

    /// <summary>Every database in the folder. The sample comes first: where two databases say the same thing the later one counts, and that is the user's.</summary>
    public static IReadOnlyList<string> Geo(CliHost host)
    {
        IReadOnlyList<string> here = DatabasesIn(Path.Combine(host.WorkingDirectory, "geodata"));
        return here.Count > 0 ? [.. here.Select(file => Path.Combine("geodata", Path.GetFileName(file)))]
            : DatabasesIn(Path.Combine(host.ProgramDirectory, "geodata"));
    }

    private static IReadOnlyList<string> DatabasesIn(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.mmdb").OrderBy(f => Path.GetFileName(f) != SampleGeodata).ThenBy(f => f, StringComparer.Ordinal)];
}
