using GslbServer.Dns;

namespace GslbServer;

/// <summary>The keys in force, from <c>--tsig-keys</c>. Read by those who verify and sign, replaced as a whole when the file has changed.</summary>
internal sealed class TsigKeyStore(string? file)
{
    private volatile TsigKeys _current = TsigKeys.None;

    public TsigKeys Current => _current;

    public string? File => file;

    /// <summary>Reads the file again. With any error what was read before stays.</summary>
    /// <returns>What is wrong, one line each.</returns>
    public IReadOnlyList<string> Load()
    {
        if (file is null)
        {
            return [];
        }

        try
        {
            if (Problem(file) is { } problem)
            {
                return [problem];
            }

            IReadOnlyList<TsigKey> keys = TsigKeyFile.Read(file, System.IO.File.ReadAllText(file), out IReadOnlyList<ZoneDiagnostic> errors);
            if (errors.Count == 0)
            {
                _current = new TsigKeys(keys);
            }

            return [.. errors.Select(e => e.ToString())];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [$"{file}: cannot be read: {e.Message}"];
        }
    }

    /// <summary>Takes what was in force before.</summary>
    public void Restore(TsigKeys keys) => _current = keys;

    /// <summary>Whoever may read the file may sign as any of its keys.</summary>
    private static string? Problem(string file)
    {
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        UnixFileMode mode = System.IO.File.GetUnixFileMode(file);
        return (mode & others) == 0 ? null
            : $"{file}: mode {Convert.ToString((int)mode, 8)} lets others read or change the keys; expected at most 640 (chmod 600 {file})";
    }
}
