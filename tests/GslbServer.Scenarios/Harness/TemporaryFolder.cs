namespace GslbServer.Scenarios.Harness;

/// <summary>A folder of its own for the files of one scenario, gone afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gslb-scenario-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes or replaces a file atomically (write beside, rename), as users of the product do.</summary>
    /// <returns>Its full path.</returns>
    public string Write(string name, string text)
    {
        string path = File(name), beside = path + ".new";
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
        System.IO.File.WriteAllText(beside, text);
        System.IO.File.Move(beside, path, overwrite: true);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just being killed may still write; the folder of temporary files is cleaned by its owner.
        }
    }
}
