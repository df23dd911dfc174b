namespace GslbServer;

/// <summary>Files of the state directory that are whole or as they were before, whenever the power goes.</summary>
internal static class StateFile
{
    /// <exception cref="IOException">It cannot be written; what was there before stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; what was there before stays.</exception>
    public static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string next = path + ".next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>A zone's file by its name: letters, digits, '-', '_' and '.' stand for themselves.</summary>
    public static string NameOf(Dns.DomainName zone) =>
        string.Concat(zone.ToLower().ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c.ToString() : $"%{(int)c:X2}")).TrimEnd('.');
}
