using System.Security.Cryptography;
using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Zones as loaded: what was read, what is wrong with it, and, without errors, what it compiles to.</summary>
/// <param name="Files">Of the records of compiled files only the number is left.</param>
/// <param name="Zones">Null when any diagnostic is an error.</param>
/// <param name="Topology">Null when any diagnostic is an error.</param>
public sealed record LoadedZones(IReadOnlyList<ZoneFile> Files, IReadOnlyList<ZoneDiagnostic> Diagnostics, ZoneSet? Zones, Topology? Topology)
{
    /// <summary>One for each of <see cref="Zones"/>, in the same order.</summary>
    internal IReadOnlyList<HeldZone> Held { get; init; } = [];

    /// <summary>Ends of files whose last line has no end: of a file that had one before, a sign that it is half written.</summary>
    public IReadOnlyList<SourcePosition> Unterminated { get; init; } = [];

    public IEnumerable<string> Errors => Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString());

    public IEnumerable<string> Warnings => Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning).Select(d => d.ToString());
}

/// <summary>Zone files to <see cref="ZoneSet"/> and <see cref="Topology"/>, the same way for <c>serve</c>, <c>check</c>, <c>reload</c> and offline <c>explain</c>.</summary>
public static class ZoneLoader
{
    public const string Extension = ".zone";

    /// <param name="paths">Files, or directories of which every <c>*.zone</c> is read, in ordinal order of their names.</param>
    /// <param name="origin">Names the zone of a file that is not called <c>NAME.zone</c>.</param>
    /// <param name="signing">With what zones are signed; null signs none.</param>
    public static LoadedZones Load(IReadOnlyList<string> paths, string? origin = null, ZoneSigning? signing = null) => Load(paths, origin, signing, [], []);

    /// <param name="more">Zones that are read already: those of primaries.</param>
    /// <param name="held">Zones that are compiled already, and stay.</param>
    /// <param name="edit">Changes what a file says.</param>
    /// <param name="pushed">By zone, the file that is read instead of the one of its name among <paramref name="paths"/>.</param>
    internal static LoadedZones Load(IReadOnlyList<string> paths, string? origin, ZoneSigning? signing, IReadOnlyList<ZoneFile> more, IReadOnlyList<HeldZone> held,
        Func<ZoneFile, ZoneFile>? edit = null, IReadOnlyDictionary<DomainName, string>? pushed = null)
    {
        var diagnostics = new List<ZoneDiagnostic>();
        List<string> names = [.. paths.SelectMany(p => FilesOf(p, diagnostics)).Distinct()];
        PutPushed(names, origin, pushed, diagnostics);
        var files = new ZoneFile?[names.Count];
        var unreadable = new ZoneDiagnostic?[names.Count];
        var ends = new SourcePosition?[names.Count];
        Parallel.For(0, names.Count, i =>
        {
            ZoneFile? file = ReadFile(names[i], paths.Contains(names[i]), origin, out unreadable[i], out ends[i]);
            files[i] = file is null || edit is null ? file : edit(file);
        });
        SourcePosition[] unterminated = [.. ends.OfType<SourcePosition>()];
        List<ZoneFile> read = [.. files.OfType<ZoneFile>()];
        diagnostics.AddRange(unreadable.OfType<ZoneDiagnostic>());
        return Combine([.. read, .. more], held, diagnostics, signing) with { Unterminated = unterminated };
    }

    /// <summary>Makes one world of zones that were read and zones that stay as they are. Each stands in one place only.</summary>
    internal static LoadedZones Combine(IReadOnlyList<ZoneFile> read, IReadOnlyList<HeldZone> held, IReadOnlyList<ZoneDiagnostic> found, ZoneSigning? signing)
    {
        List<ZoneDiagnostic> diagnostics = [.. found, .. read.SelectMany(f => f.Diagnostics), .. TwiceServed(read, held)];
        var keys = new ZoneKeySet?[read.Count];
        if (signing is not null)
        {
            diagnostics.AddRange(FindKeys(read, signing, keys));
        }

        ZoneConfiguration[] configurations = [.. read.Select((file, i) => TopologyLoader.ConfigurationOf(file, isSignedHere: keys[i] is not null))];
        diagnostics.AddRange(TopologyLoader.Load([.. configurations, .. held.Select(h => h.Configuration)], out Topology? topology));
        diagnostics = InOrder(diagnostics);
        if (topology is null || diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            return new LoadedZones(read, diagnostics, null, null);
        }

        Zone[]? zones = Compile(read, held, topology, signing, keys, diagnostics);
        if (zones is null)
        {
            return new LoadedZones(read, diagnostics, null, null);
        }

        HeldZone[] all = [.. read.Select((file, i) => new HeldZone(zones[i], file.Path, configurations[i])), .. held.Select((h, i) => h with { Zone = zones[read.Count + i] })];
        return new LoadedZones(read, diagnostics, new ZoneSet(zones), topology) { Held = all };
    }

    /// <summary>What is wrong with the keys of the zones, and with their records where they are signed here.</summary>
    private static IEnumerable<ZoneDiagnostic> FindKeys(IReadOnlyList<ZoneFile> files, ZoneSigning signing, ZoneKeySet?[] keys)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            if (files[i].Apex is not { } apex)
            {
                continue;
            }

            var problems = new List<string>();
            keys[i] = signing.Find(apex, problems);
            foreach (string problem in problems)
            {
                yield return Error(files[i].Path, $"cannot be signed: {problem}");
            }

            foreach (ZoneDiagnostic warning in keys[i] is null ? [] : RecordsOfSigning.LeaveOut(files[i]))
            {
                yield return warning;
            }
        }
    }

    /// <summary>Reads files without making anything of their records.</summary>
    public static IReadOnlyList<ZoneFile> Read(IReadOnlyList<string> paths, List<ZoneDiagnostic> diagnostics)
    {
        List<ZoneFile> files = [];
        foreach (string path in paths.SelectMany(path => FilesOf(path, diagnostics)).Distinct())
        {
            ZoneFile? file = ReadFile(path, paths.Contains(path), null, out ZoneDiagnostic? unreadable, out _);
            if (unreadable is not null) diagnostics.Add(unreadable);
            if (file is not null) files.Add(file);
            diagnostics.AddRange(file?.Diagnostics ?? []);
        }

        return files;
    }

    private static void PutPushed(List<string> names, string? origin, IReadOnlyDictionary<DomainName, string>? pushed, List<ZoneDiagnostic> diagnostics)
    {
        if (pushed is null || pushed.Count == 0)
        {
            return;
        }

        foreach (string path in names.ToArray())
        {
            if (ZoneOf(path, origin, out _) is { } zone && pushed.ContainsKey(zone))
            {
                names.Remove(path);
                diagnostics.Add(new ZoneDiagnostic(DiagnosticSeverity.Warning, new SourcePosition(path, 0, 0), $"not served: zone {zone} was pushed, and what was pushed counts until gslb zone unpush {zone}"));
            }
        }

        names.AddRange(pushed.Values);
    }

    /// <summary>The zone of a file, by what it is called.</summary>
    /// <param name="origin">Instead of that; null for none.</param>
    internal static DomainName? ZoneOf(string path, string? origin, out string? error)
    {
        string file = Path.GetFileName(path);
        string? named = file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? file[..^Extension.Length] : null;
        if ((origin ?? named) is not { Length: > 0 } name)
        {
            error = $"which zone is this? Call the file NAME{Extension}, or give --origin NAME";
            return null;
        }

        if (DomainName.TryParse(name, DomainName.Root, out DomainName? zone, out error)) return zone;
        error = $"\"{name}\" is no zone name: {error}";
        return null;
    }

    private static IEnumerable<string> FilesOf(string path, List<ZoneDiagnostic> diagnostics)
    {
        if (Directory.Exists(path))
        {
            try
            {
                return [.. Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal)];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                diagnostics.Add(Error(path, $"cannot be read: {e.Message}"));
                return [];
            }
        }

        if (!File.Exists(path))
        {
            diagnostics.Add(Error(path, $"no such file or directory; expected a zone file or a directory of *{Extension}"));
            return [];
        }

        return [path];
    }

    /// <param name="unterminated">Where the file ends, if that is not the end of a line.</param>
    private static ZoneFile? ReadFile(string path, bool isNamed, string? origin, out ZoneDiagnostic? error, out SourcePosition? unterminated)
    {
        unterminated = null;
        if (ZoneOf(path, origin, out string? wrong) is not { } zone)
        {
            error = Error(path, wrong!);
            return null;
        }

        try
        {
            error = null;
            using StreamReader text = Open(path, isNamed);
            unterminated = FindMissingEnd(path, text);
            return ZoneFileReader.Read(path, text, zone, Include);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = Error(path, $"cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Where a file ends whose last line does not.</summary>
    private static SourcePosition? FindMissingEnd(string path, StreamReader text)
    {
        Stream file = text.BaseStream;
        if (!file.CanSeek || file.Length == 0)
        {
            return null;
        }

        file.Seek(-1, SeekOrigin.End);
        string all = file.ReadByte() == '\n' ? "\n" : ReadAll(text);
        Rewind(text);
        return all.EndsWith('\n') ? null : new SourcePosition(path, all.Count(c => c == '\n') + 1, all.Length - all.LastIndexOf('\n'));
    }

    private static string ReadAll(StreamReader text)
    {
        Rewind(text);
        return text.ReadToEnd();
    }

    private static void Rewind(StreamReader text)
    {
        text.BaseStream.Position = 0;
        text.DiscardBufferedData();
    }

    internal static (string Path, TextReader Text)? Include(string written, string includedFrom)
    {
        string path = Path.Combine(Path.GetDirectoryName(includedFrom) ?? "", written);
        try
        {
            return (path, Open(path, isNamed: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <param name="isNamed">On the command line: then it may be a pipe.</param>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    private static StreamReader Open(string path, bool isNamed)
    {
        RegularFile.Expect(path, orPipe: isNamed);
        return new(path, Encoding.Latin1);
    }

    private static IEnumerable<ZoneDiagnostic> TwiceServed(IReadOnlyList<ZoneFile> files, IReadOnlyList<HeldZone> held)
    {
        var first = held.ToDictionary(h => h.Zone.Apex, h => h.Path);
        foreach (ZoneFile file in files)
        {
            if (file.Apex is not null && !first.TryAdd(file.Apex, file.Path))
            {
                yield return Error(file.Path, $"zone {file.Apex} stands in {first[file.Apex]} too; expected one file per zone");
            }
        }
    }

    /// <returns>Those that were read, then those that stay; null where a zone could not be signed: then a diagnostic says so.</returns>
    private static Zone[]? Compile(IReadOnlyList<ZoneFile> files, IReadOnlyList<HeldZone> held, Topology topology, ZoneSigning? signing, ZoneKeySet?[] keys, List<ZoneDiagnostic> diagnostics)
    {
        Dictionary<string, int> steered = topology.Names.Select((n, i) => (n.Owner, i)).ToDictionary(n => n.Owner, n => n.i, StringComparer.Ordinal);
        int IndexOf(DomainName owner) => steered.GetValueOrDefault(TopologyLoader.NameOf(owner), -1);
        IReadOnlyList<(bool IPv4, bool IPv6)> families = signing is null ? [] : AnswerFamilies.Of(topology);
        var zones = new Zone[files.Count + held.Count];
        var unsigned = new ZoneDiagnostic?[zones.Length];
        Parallel.For(0, zones.Length, i =>
        {
            bool isRead = i < files.Count;
            HeldZone? stays = isRead ? null : held[i - files.Count];
            Zone zone = stays?.Zone.WithSteering(IndexOf) ?? ZoneCompiler.Compile(files[i].Apex!, files[i].Records, IndexOf, isLastUse: true);
            // Which families a steered name has, and so what its signed denials say, may hang on regions of another zone.
            ZoneKeySet? set = isRead ? keys[i] : stays!.Configuration.Records.Count > 0 ? zone.Signatures?.Keys : null;
            try
            {
                zones[i] = set is null ? zone : signing?.Sign(zone, set, families) ?? zone;
            }
            catch (CryptographicException e)
            {
                unsigned[i] = Error(stays?.Path ?? files[i].Path, $"cannot be signed: {e.Message}");
            }
        });
        diagnostics.AddRange(unsigned.OfType<ZoneDiagnostic>());
        return unsigned.Any(error => error is not null) ? null : zones;
    }

    /// <summary>Errors before warnings, each as they stand in the files, and the files as they were read.</summary>
    private static List<ZoneDiagnostic> InOrder(List<ZoneDiagnostic> diagnostics)
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ZoneDiagnostic diagnostic in diagnostics)
        {
            order.TryAdd(diagnostic.Position.File, order.Count);
        }

        return [.. diagnostics.OrderBy(d => d.Severity != DiagnosticSeverity.Error).ThenBy(d => order[d.Position.File]).ThenBy(d => d.Position.Line).ThenBy(d => d.Position.Column)];
    }

    private static ZoneDiagnostic Error(string path, string message) => new(DiagnosticSeverity.Error, new SourcePosition(path, 0, 0), message);
}
