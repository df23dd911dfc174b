namespace GslbServer;

/// <summary>Files and folders of zones as commands take them.</summary>
internal static class ZonePaths
{
    /// <exception cref="CliException">One is not there, or none is a zone file.</exception>
    public static IReadOnlyList<string> Files(IReadOnlyList<string> paths)
    {
        string[] missing = [.. paths.Where(path => !File.Exists(path) && !Directory.Exists(path))];
        if (missing.Length > 0) throw new CliException([.. missing.Select(path => $"{path}: no such file or directory; expected a zone file or a folder of *{ZoneLoader.Extension}")]);
        string[] files = [.. paths.SelectMany(Below).Distinct()];
        return files.Length > 0 ? files : throw new CliException($"no *{ZoneLoader.Extension} file in {string.Join(", ", paths)}");
    }

    private static IEnumerable<string> Below(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + ZoneLoader.Extension).Order(StringComparer.Ordinal) : [path];
}
