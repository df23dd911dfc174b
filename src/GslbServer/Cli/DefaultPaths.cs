using System.Net;

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

    /// <summary>One directory for each node: where another node that was started in this folder has the usual one, one that is called by the first address, from then on.</summary>
    /// <param name="takesOver">It takes that of the node that runs.</param>
    public static string State(CliHost host, string usual, IPEndPoint first, bool takesOver)
    {
        string own = $"{usual}-{first.ToString().Replace(':', '-').Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)}";
        string ownPath = Path.Combine(host.WorkingDirectory, own), usualPath = Path.Combine(host.WorkingDirectory, usual);
        return (takesOver ? StateLock.HolderOf(ownPath) is not null : Directory.Exists(ownPath) || StateLock.HolderOf(usualPath) is not null) ? own : usual;
    }

    private static IReadOnlyList<string> DatabasesIn(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.mmdb").OrderBy(f => Path.GetFileName(f) != SampleGeodata).ThenBy(f => f, StringComparer.Ordinal)];
}
