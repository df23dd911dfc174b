using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace GslbServer.Dns;

/// <summary>The two files of a key as BIND's tools read and write them: <c>K….key</c>, a DNSKEY record with comments, and <c>K….private</c>. Times stand in both; those of the private
/// file count where there is one.</summary>
public static class KeyFileText
{
    private const string TimeFormat = "yyyyMMddHHmmss";

    /// <param name="text">Of the .key file.</param>
    /// <param name="privateText">Of the .private file; null where there is none.</param>
    /// <param name="error">What is wrong, for people, to stand behind the file's name; null otherwise.</param>
    /// <param name="isPrivate">Which of the two files <paramref name="error"/> is about.</param>
    public static ZoneKey? Read(string text, string? privateText, out string? error, out bool isPrivate)
    {
        isPrivate = false;
        if (!TryReadPublic(text, out DomainName? zone, out DnssecKey? key, out error)) return null;
        Dictionary<string, string> comments = Fields(text.Split('\n').Where(line => line.StartsWith(';')).Select(line => line.TrimStart(';', ' ')));
        if (privateText is null)
        {
            return TryReadTimes(comments, out KeyTimes? told, out error) ? new ZoneKey(zone, key, told, null) : null;
        }
        isPrivate = true;
        Dictionary<string, string> fields = Fields(privateText.Split('\n'));
        if (!fields.GetValueOrDefault("Private-key-format", "").StartsWith("v1.", StringComparison.Ordinal))
        {
            error = "is no private key; expected a first line \"Private-key-format: v1.3\"";
            return null;
        }
        if (PrivateKeyText.Read(fields, key, out error) is not { } whole || !TryReadTimes(fields, out KeyTimes? times, out error)) return null;
        string lines = string.Concat(privateText.Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => line.Contains(':', StringComparison.Ordinal) && !IsTime(line) && !line.StartsWith("Private-key-format", StringComparison.Ordinal)).Select(line => line + "\n"));
        return new ZoneKey(zone, whole, times, lines);
    }

    public static string Public(ZoneKey key)
    {
        var text = new StringBuilder();
        string kind = key.IsKsk ? "key-signing" : "zone-signing";
        text.Append(CultureInfo.InvariantCulture, $"; This is a {kind} key, keyid {key.Key.Tag}, for {key.Zone}\n");
        foreach ((string name, DateTimeOffset at) in TimesOf(key.Times))
            text.Append(CultureInfo.InvariantCulture, $"; {name}: {Format(at)} ({at.UtcDateTime:ddd MMM dd HH:mm:ss yyyy})\n");
        return text.Append(CultureInfo.InvariantCulture, $"{key.Zone} IN DNSKEY {RdataText.Format(RecordType.DNSKEY, key.Key.Rdata)}\n").ToString();
    }

    /// <exception cref="ArgumentException">The private part is not here.</exception>
    public static string Private(ZoneKey key)
    {
        if (key.PrivateFields is null) throw new ArgumentException("The private part is not here.", nameof(key));
        var text = new StringBuilder("Private-key-format: v1.3\n").Append(key.PrivateFields);
        foreach ((string name, DateTimeOffset at) in TimesOf(key.Times))
            text.Append(CultureInfo.InvariantCulture, $"{name}: {Format(at)}\n");
        return text.ToString();
    }

    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static bool TryParseTime(string text, out DateTimeOffset at)
        => DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);

    private static (string Name, Func<KeyTimes, DateTimeOffset?> Get)[] Names { get; } =
    [
        ("Created", t => t.Created), ("Publish", t => t.Publish), ("Activate", t => t.Activate), ("Inactive", t => t.Inactive), ("Delete", t => t.Delete),
        ("SyncPublish", t => t.SyncPublish), ("SyncDelete", t => t.SyncDelete),
    ];

    private static IEnumerable<(string Name, DateTimeOffset At)> TimesOf(KeyTimes times)
        => Names.Select(n => (n.Name, At: n.Get(times))).Where(t => t.At is not null).Select(t => (t.Name, t.At!.Value));

    private static bool IsTime(string line) => Names.Any(n => line.StartsWith(n.Name + ":", StringComparison.Ordinal)) || line.StartsWith("Revoke:", StringComparison.Ordinal);

    private static bool TryReadPublic(string text, [NotNullWhen(true)] out DomainName? zone, [NotNullWhen(true)] out DnssecKey? key, out string? error)
    {
        (zone, key) = (null, null);
        string[] records = [.. text.Split('\n').Select(line => line.Split(';')[0].Trim()).Where(line => line.Length > 0)];
        string[] words = records.Length == 1 ? records[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        int type = Array.FindIndex(words, w => w.Equals("DNSKEY", StringComparison.OrdinalIgnoreCase));
        if (type < 1)
        {
            error = "holds no key; expected one DNSKEY record on one line";
            return false;
        }
        if (!DomainName.TryParse(words[0], DomainName.Root, out zone, out error)) return false;
        if (!RdataText.TryParse(RecordType.DNSKEY, string.Join(' ', words[(type + 1)..]), DomainName.Root, out byte[]? rdata, out error)) return false;
        try
        {
            key = DnssecKey.FromRdata(rdata);
            error = key.Flags is DnssecKey.ZoneKey or DnssecKey.SecureEntryPoint ? null : $"has flags {key.Flags}; expected 256 or 257";
            return error is null;
        }
        catch (ArgumentException e)
        {
            error = $"{e.Message.Split(" (Parameter")[0]}";
            return false;
        }
    }

    private static Dictionary<string, string> Fields(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return fields;
    }

    private static bool TryReadTimes(Dictionary<string, string> fields, [NotNullWhen(true)] out KeyTimes? times, out string? error)
    {
        times = null;
        var read = new DateTimeOffset?[Names.Length];
        for (int i = 0; i < Names.Length; i++)
        {
            if (!fields.TryGetValue(Names[i].Name, out string? text)) continue;
            if (!TryParseTime(text.Split(' ')[0], out DateTimeOffset at))
            {
                error = $"{Names[i].Name}: \"{Excerpt.Of(text)}\" is no time; expected YYYYMMDDHHMMSS";
                return false;
            }
            read[i] = at;
        }
        error = null;
        times = new KeyTimes(read[0], read[1], read[2], read[3], read[4], read[5], read[6]);
        return true;
    }
}
