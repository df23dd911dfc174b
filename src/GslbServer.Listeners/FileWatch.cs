namespace GslbServer;

/// <summary>Notices that files or folders were replaced. Looks at names, lengths and times instead of waiting for the kernel's events, which bind mounts, network
/// file systems and replaced directories do not deliver; a change counts once it stood still for one look, so that a copy in progress is left alone.</summary>
internal sealed class FileWatch(IReadOnlyList<string> paths)
{
    /// <summary>Time between looks. A change is in force within two of them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private string _loaded = Signature(paths);
    private string _seen = "";

    /// <summary>One look. True when the files differ from the last time this was true, and have settled.</summary>
    public bool HasChanged()
    {
        string now = Signature(paths);
        bool settled = now == _seen;
        _seen = now;
        if (!settled || now == _loaded)
        {
            return false;
        }

        _loaded = now;
        return true;
    }

    private static string Signature(IReadOnlyList<string> paths) => string.Join('\n', paths.SelectMany(FilesOf).Select(Describe));

    // Every file of a directory counts, not only *.zone: $INCLUDE may name any of them.
    private static IEnumerable<string> FilesOf(string path)
    {
        try
        {
            return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [path];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [path];
        }
    }

    private static string Describe(string path)
    {
        try
        {
            var file = new FileInfo(path);
            FileInfo target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? $"{path} {target.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks}" : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
