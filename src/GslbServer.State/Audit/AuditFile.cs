using System.Security.Cryptography;
using System.Text;

namespace GslbServer.State;

/// <summary>The audit trail on a node's disk: lines of JSON, each with a hash of itself and of the line before (<c>hash</c>), so that what was altered, cut out or cut off shows. The
/// file is only appended to; at <see cref="MaxLength"/> it is set aside and a new one goes on with its last hash. Not thread-safe. Appending throws <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/> where the directory cannot be written; loading never throws.</summary>
internal sealed class AuditFile(string directory, TimeProvider time, long maxLength = AuditFile.MaxLength)
{
    /// <summary>Octets of a file.</summary>
    public const long MaxLength = 8 << 20;

    /// <summary>Files set aside, the oldest of which goes.</summary>
    public const int Kept = 4;

    private const string HashField = ",\"hash\":\"";
    private const int MaxProblems = 8;
    private static readonly string NoHash = new('0', 64);

    private readonly List<string> _problems = [];
    private string _last = NoHash;
    private string? _head;
    private bool _headSeen;
    private int _moreProblems;

    /// <summary>What loading found altered or missing, one line each; empty when the chain is whole.</summary>
    public IReadOnlyList<string> Problems => _moreProblems == 0 ? _problems : [.. _problems, $"and {_moreProblems} more"];

    /// <summary>All entries that can be read, the oldest first, damaged lines left out and said.</summary>
    public IReadOnlyList<AuditEntry> Load()
    {
        var entries = new List<AuditEntry>();
        try
        {
            _head = File.Exists(HeadPath) ? File.ReadAllText(HeadPath).Trim() : null;
            _headSeen = _head is null;
            for (int i = Kept; i >= 0; i--)
            {
                if (File.Exists(PathOf(i)))
                    LoadFile(PathOf(i), isCurrent: i == 0, entries);
            }

            if (!_headSeen)
                Note($"{PathOf(0)}: entries at its end are missing; its last hash should be {_head}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note($"{PathOf(0)}: {e.Message}");
        }

        return entries;
    }

    /// <param name="durable">Returns once they are on the medium.</param>
    public void Append(IReadOnlyList<AuditEntry> entries, bool durable)
    {
        Directory.CreateDirectory(directory);
        if (new FileInfo(PathOf(0)) is { Exists: true } current && current.Length >= maxLength)
            Rotate();
        var text = new StringBuilder();
        if (!File.Exists(PathOf(0)))
            text.Append("{\"v\":1,\"continues\":\"").Append(_last).Append("\"}\n");
        string last = _last;
        foreach (AuditEntry entry in entries)
        {
            string json = Encoding.UTF8.GetString(AuditRecord.Write(entry));
            last = HashOf(last, json);
            text.Append(json, 0, json.Length - 1).Append(HashField).Append(last).Append("\"}\n");
        }

        using (var stream = new FileStream(PathOf(0), FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            long before = stream.Length;
            try
            {
                stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
                stream.Flush(durable);
            }
            catch (IOException)
            {
                // A disk that is full may have taken half of it; the next line must not end another.
                stream.SetLength(before);
                throw;
            }
        }

        _last = last;
        string next = HeadPath + ".next";
        File.WriteAllText(next, last + "\n");
        File.Move(next, HeadPath, overwrite: true);
    }

    private string HeadPath => Path.Combine(directory, "audit.head");

    private string PathOf(int age) => Path.Combine(directory, age == 0 ? "audit.jsonl" : $"audit.{age}.jsonl");

    private void Rotate()
    {
        for (int i = Kept; i > 0; i--)
        {
            if (File.Exists(PathOf(i - 1)))
                File.Move(PathOf(i - 1), PathOf(i), overwrite: true);
        }
    }

    private void LoadFile(string path, bool isCurrent, List<AuditEntry> entries)
    {
        byte[] octets = File.ReadAllBytes(path);
        int end = Array.LastIndexOf(octets, (byte)'\n') + 1;
        if (end < octets.Length)
        {
            Note($"{path}: its last line was cut short (a crash, or a full disk) and is left out");
            // Never acknowledged as written: the next line must not be glued to it.
            if (isCurrent)
                Truncate(path, end);
        }

        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(octets, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (number == 1 && Continued(line) is { } hash)
                Continue(path, hash);
            else
                LoadLine(path, number, line, entries);
        }
    }

    /// <summary>The first line of a file says where its chain begins: the file before it may be gone by age.</summary>
    private void Continue(string path, string hash)
    {
        if (_last != NoHash && _last != hash)
            Note($"{path}: does not continue the file before it; entries between them are missing");
        _last = hash;
        _headSeen |= _last == _head;
    }

    private void LoadLine(string path, int number, string line, List<AuditEntry> entries)
    {
        int at = line.LastIndexOf(HashField, StringComparison.Ordinal);
        string json = at < 0 ? line : line[..at] + "}";
        string hash = at < 0 || line.Length != at + HashField.Length + 64 + 2 ? "" : line.Substring(at + HashField.Length, 64);
        if (!AuditRecord.TryRead(Encoding.UTF8.GetBytes(json), time.GetUtcNow(), out AuditEntry? entry))
            Note($"{path}:{number}: not an entry");
        else if (hash != HashOf(_last, json))
            Note($"{path}:{number}: altered, or lines before it are missing; it is left out (stores and other nodes may have it)");
        else
            entries.Add(entry);
        _last = hash.Length > 0 ? hash : _last;
        _headSeen |= _last == _head;
    }

    private static string? Continued(string line)
    {
        const string Prefix = "{\"v\":1,\"continues\":\"";
        return line.StartsWith(Prefix, StringComparison.Ordinal) && line.Length == Prefix.Length + 64 + 2 ? line.Substring(Prefix.Length, 64) : null;
    }

    private static void Truncate(string path, int length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        stream.SetLength(length);
    }

    private static string HashOf(string before, string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before + "\n" + json)));

    private void Note(string problem)
    {
        if (_problems.Count < MaxProblems)
            _problems.Add(problem);
        else
            _moreProblems++;
    }
}
