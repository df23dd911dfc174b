using System.Text;

namespace GslbServer;

/// <summary>Files of another system, of bounded size and number, whatever they include.</summary>
internal sealed class ImportFiles
{
    private const long MostCharacters = 256L << 20;
    private const int MostFiles = 10_000, BlockLength = 64 * 1024;

    private long _characters;
    private int _files;

    /// <exception cref="InputException">It cannot be read, or all together are too much.</exception>
    public string Read(string file)
    {
        try
        {
            // What a file says of its length is not asked: a pipe or device says nothing.
            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = new StringBuilder();
            char[] block = new char[BlockLength];
            for (_files++; reader.Read(block) is > 0 and var count; text.Append(block, 0, count))
            {
                if (_files > MostFiles || (_characters += count) > MostCharacters)
                    throw new InputException($"{file}: with this one, more than {MostFiles} files or {MostCharacters >> 20} Mi characters");
            }

            return text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{file}: {e.Message}");
        }
    }

    /// <summary>What a path of another file means: the files of a folder, those that match a pattern in its last part, or one file. In ordinal order; none
    /// where there is none.</summary>
    public static IReadOnlyList<string> Find(string from, string path)
    {
        try
        {
            string full = Absolute(from, path);
            if (Directory.Exists(full)) return [.. Directory.EnumerateFiles(full).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal)];
            string pattern = Path.GetFileName(full);
            if (pattern.AsSpan().IndexOfAny('*', '?') >= 0)
                return Path.GetDirectoryName(full) is { } folder && Directory.Exists(folder)
                    ? [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];
            return File.Exists(full) ? [full] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{from}: {path}: {e.Message}");
        }
    }

    public static bool IsFolder(string from, string path) => Directory.Exists(Absolute(from, path));

    private static string Absolute(string from, string path) => Path.Combine(Path.GetDirectoryName(from) ?? "", path);
}
