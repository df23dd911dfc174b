using System.Globalization;
using System.Net;

namespace GslbServer;

/// <summary>The options of <c>serve</c> about the query log and dnstap, from what was written.</summary>
internal static class CaptureSettings
{
    private const int MostSample = 1_000_000_000;

    /// <summary>On Linux the path of a socket has at most so many octets (unix(7)).</summary>
    private const int MostSocketPath = 107;

    /// <param name="errors">Gets what is wrong between several of them.</param>
    public static CaptureOptions Read(SettingReader read, ServeSettings settings, List<string> errors)
    {
        foreach (string name in new[] { "query-log", "dnstap" })
        {
            if (settings[name] is null && settings[name + "-sample"] is { } alone)
            {
                errors.Add($"{alone.Origin}: is for --{name}; give that or leave this out");
            }
        }

        return new CaptureOptions
        {
            QueryLog = read.One<string>("query-log", LogFile),
            QueryLogSample = Sample(read, "query-log-sample"),
            Dnstap = read.One<DnstapTarget>("dnstap", Target),
            DnstapSample = Sample(read, "dnstap-sample"),
        };
    }

    internal static string? Target(string text, out DnstapTarget value)
    {
        value = new DnstapTarget(text, null, null);
        if (text.StartsWith("tcp:", StringComparison.Ordinal))
        {
            string? problem = ServeOptions.EndPoint(text["tcp:".Length..], out IPEndPoint to);
            value = new DnstapTarget(null, null, to);
            return problem is null && to.Port == 0 ? "port 0 is nobody's; expected the port that a reader listens on" : problem;
        }

        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            string path = text["unix:".Length..];
            value = new DnstapTarget(null, path, null);
            return path.Length == 0 ? "expected unix:PATH of a socket that a reader listens on"
                : System.Text.Encoding.UTF8.GetByteCount(path) > MostSocketPath ? $"the path of a socket has at most {MostSocketPath} octets" : null;
        }

        return Writable(text);
    }

    private static string? LogFile(string text, out string value)
    {
        value = text;
        return text == QueryLogSink.StandardOutput ? null : Writable(text);
    }

    private static string? Writable(string text) => text.Length == 0 ? "expected a file" : Directory.Exists(text) ? "is a folder; expected a file"
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(text))) ? "there is no such folder" : null;

    private static int Sample(SettingReader read, string name)
    {
        static string? Parse(string text, out string value)
        {
            value = text;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostSample
                ? null : $"expected a number from 1 (every query) to {MostSample}";
        }

        return read.One<string>(name, Parse) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
    }
}
