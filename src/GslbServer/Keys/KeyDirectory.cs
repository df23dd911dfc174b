using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The files of keys: <c>KZONE+ALG+TAG.key</c> and <c>.private</c> as BIND's tools write them, <c>ZONE.policy.json</c>, <c>ZONE.bundle</c>. Private keys that others may read are refused, as
/// ssh does: a warning would be read when it is too late.</summary>
internal sealed class KeyDirectory(string path)
{
    private const string PublicExtension = ".key", PrivateExtension = ".private";

    /// <summary>Octets of one file; the largest is a bundle: half a megabyte for three months of RSA keys.</summary>
    private const int MaxFile = 8 << 20;

    /// <summary>Whoever made a claim that is older died.</summary>
    private static readonly TimeSpan StaleClaim = TimeSpan.FromMinutes(10);

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OthersMayRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public string Path { get; } = path;

    /// <summary>Everything there is. A directory that is not there is one without keys.</summary>
    public KeyDirectoryContents Read()
    {
        if (!Directory.Exists(Path))
        {
            return KeyDirectoryContents.Empty;
        }

        var errors = new List<(DomainName Zone, string Text)>();
        var unclear = new List<string>();
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & OthersMayWrite) != 0)
            {
                unclear.Add($"{Path}: others may write here, and so replace keys; expected mode 0700 (chmod 700 {Path})");
            }

            string[] files = [.. Directory.EnumerateFiles(Path).Order(StringComparer.Ordinal)];
            ZoneKey[] keys = [.. files.Where(f => f.EndsWith(PublicExtension, StringComparison.Ordinal) && System.IO.Path.GetFileName(f).StartsWith('K'))
                .Select(f => ReadKey(f, errors, unclear)).OfType<ZoneKey>()];
            unclear.AddRange(files.Where(f => f.EndsWith(PrivateExtension, StringComparison.Ordinal) && !File.Exists(System.IO.Path.ChangeExtension(f, PublicExtension)))
                .Select(f => $"{f}: its .key file is not here"));
            Dictionary<DomainName, KeyPolicy> policies = ReadEach(files, KeyPolicyFile.Extension, errors, unclear,
                (file, _, text, problems) => KeyPolicyFile.Read(file, text, problems));
            Dictionary<DomainName, KeyBundle> bundles = ReadEach(files, ".bundle", errors, unclear, ReadBundle);
            var zones = keys.GroupBy(k => k.Zone).ToDictionary(g => g.Key, g => new ZoneKeys(g.Key, [.. g], policies.GetValueOrDefault(g.Key, KeyPolicy.Default), bundles.GetValueOrDefault(g.Key)));
            return new KeyDirectoryContents(zones, errors.ToLookup(e => e.Zone, e => e.Text), unclear);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return KeyDirectoryContents.Empty with { Unclear = [$"{Path}: cannot be read: {e.Message}"] };
        }
    }

    /// <summary>Writes both files of a key: each beside its place first, then renamed, the private one before the public one.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public void Write(ZoneKey key)
    {
        Make();
        string file = System.IO.Path.Combine(Path, key.FileName);
        if (key.PrivateFields is not null)
        {
            Replace(file + PrivateExtension, KeyFileText.Private(key), Owner);
        }

        Replace(file + PublicExtension, KeyFileText.Public(key), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public void Write(DomainName zone, KeyPolicy policy)
    {
        Make();
        Replace(System.IO.Path.Combine(Path, KeyPolicyFile.NameOf(zone)), KeyPolicyFile.Write(policy), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    /// <returns>Its full name.</returns>
    public string Write(DomainName zone, KeyBundle bundle, uint ttl)
    {
        string file = System.IO.Path.Combine(Path, KeyBundle.FileNameOf(zone));
        Replace(file, bundle.Write(ttl), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return file;
    }

    /// <summary>Whether a file of this name would belong to this zone, and be one that nodes exchange.</summary>
    public static bool IsOf(DomainName zone, string name)
    {
        if (name == KeyPolicyFile.NameOf(zone) || name == KeyBundle.FileNameOf(zone))
        {
            return true;
        }

        string start = $"K{zone.ToLower()}+";
        return name.StartsWith(start, StringComparison.Ordinal) && (name.EndsWith(PublicExtension, StringComparison.Ordinal) || name.EndsWith(PrivateExtension, StringComparison.Ordinal))
            && name[start.Length..name.LastIndexOf('.')].All(c => char.IsAsciiDigit(c) || c == '+');
    }

    /// <summary>All files of a zone as they are.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public SharedKeyFiles ReadFiles(DomainName zone) => SharedKeyFiles.Of(Directory.EnumerateFiles(Path).Select(f => (File: f, Name: System.IO.Path.GetFileName(f)))
        .Where(f => IsOf(zone, f.Name)).Select(f => new SharedKeyFile(f.Name, File.GetLastWriteTimeUtc(f.File).Ticks, File.ReadAllText(f.File, Encoding.Latin1))));

    /// <summary>Writes files with the times that they have elsewhere: private parts first, so that no key is seen without its own.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be written.</exception>
    public void WriteFiles(IEnumerable<SharedKeyFile> files)
    {
        foreach (SharedKeyFile file in files.OrderByDescending(f => f.Name.EndsWith(PrivateExtension, StringComparison.Ordinal)))
        {
            Make();
            bool isPrivate = file.Name.EndsWith(PrivateExtension, StringComparison.Ordinal);
            Replace(System.IO.Path.Combine(Path, file.Name), file.Text, isPrivate ? Owner : Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead, new DateTime(file.Changed, DateTimeKind.Utc));
        }
    }

    /// <summary>A file that only one of those who share the directory can make: for work that must not be done twice.</summary>
    /// <returns>Null while another has it.</returns>
    public IDisposable? TryClaim(DateTimeOffset now)
    {
        string file = System.IO.Path.Combine(Path, ".rolling");
        try
        {
            if (File.Exists(file) && now.UtcDateTime - File.GetLastWriteTimeUtc(file) > StaleClaim)
            {
                File.Delete(file);
            }

            return new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Make()
    {
        if (!Directory.Exists(Path))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
            }
            else
            {
                Directory.CreateDirectory(Path, Owner | UnixFileMode.UserExecute);
            }
        }
    }

    private static void Replace(string file, string text, UnixFileMode mode, DateTime? changed = null)
    {
        string beside = $"{file}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        try
        {
            using (var stream = new FileStream(beside, options))
            {
                stream.Write(Encoding.Latin1.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            if (changed is { } at)
            {
                File.SetLastWriteTimeUtc(beside, at);
            }

            File.Move(beside, file, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static ZoneKey? ReadKey(string file, List<(DomainName, string)> errors, List<string> unclear)
    {
        string privateFile = System.IO.Path.ChangeExtension(file, PrivateExtension);
        bool hasPrivate = File.Exists(privateFile);
        DomainName? named = ZoneOf(System.IO.Path.GetFileName(file));
        if (hasPrivate && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(privateFile) & OthersMayRead) != 0)
        {
            return Refuse($"{privateFile}: others may read this private key; expected mode 0600 (chmod 600 {privateFile})");
        }

        string? text = ReadText(file), privateText = hasPrivate ? ReadText(privateFile) : null;
        if (text is null || hasPrivate && privateText is null)
        {
            return Refuse($"{(text is null ? file : privateFile)}: is longer than {MaxFile} octets");
        }

        ZoneKey? key = KeyFileText.Read(text, privateText, out string? error, out bool isPrivate);
        if (error is not null)
        {
            return Refuse($"{(isPrivate ? privateFile : file)}: {error}");
        }

        return System.IO.Path.GetFileNameWithoutExtension(file) == key!.FileName ? key
            : Refuse($"{file}: is called otherwise than its key; expected {key.FileName}{PublicExtension}");

        ZoneKey? Refuse(string problem)
        {
            if (named is null)
            {
                unclear.Add(problem);
            }
            else
            {
                errors.Add((named, problem));
            }

            return null;
        }
    }

    private static KeyBundle? ReadBundle(string file, DomainName zone, string text, ICollection<string> errors)
    {
        KeyBundle? bundle = KeyBundle.Read(zone, text, out string? error);
        if (error is not null)
        {
            errors.Add($"{file}:{error}");
        }

        return bundle;
    }

    private static Dictionary<DomainName, T> ReadEach<T>(IEnumerable<string> files, string extension, List<(DomainName, string)> errors, List<string> unclear,
        Func<string, DomainName, string, ICollection<string>, T?> read)
        where T : class
    {
        var found = new Dictionary<DomainName, T>();
        foreach (string file in files.Where(f => f.EndsWith(extension, StringComparison.Ordinal)))
        {
            string name = System.IO.Path.GetFileName(file)[..^extension.Length];
            if (!DomainName.TryParse(name, DomainName.Root, out DomainName? zone, out string? error))
            {
                unclear.Add($"{file}: \"{name}\" is no zone name: {error}");
                continue;
            }

            var problems = new List<string>();
            if (ReadText(file) is not { } text)
            {
                problems.Add($"{file}: is longer than {MaxFile} octets");
            }
            else if (read(file, zone, text, problems) is { } value)
            {
                found[zone] = value;
            }

            errors.AddRange(problems.Select(p => (zone, p)));
        }

        return found;
    }

    private static string? ReadText(string file)
    {
        RegularFile.Expect(file);
        return new FileInfo(file).Length > MaxFile ? null : File.ReadAllText(file, Encoding.Latin1);
    }

    /// <summary>From <c>Kexample.org.+013+12345.key</c>.</summary>
    private static DomainName? ZoneOf(string file)
    {
        int plus = file.IndexOf('+', StringComparison.Ordinal);
        return plus > 1 && DomainName.TryParse(file.AsSpan(1, plus - 1), DomainName.Root, out DomainName? zone, out _) ? zone : null;
    }
}
