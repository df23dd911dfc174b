using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone file as it is and as <see cref="ZoneFormatter"/> writes it.</summary>
internal sealed record ZoneFormat(string Text, string Formatted)
{
    public bool IsFormatted => Text == Formatted;

    /// <param name="origin">The zone of a file that is not called NAME.zone.</param>
    /// <returns>Null, and why not, where the file cannot be read without errors: what is wrong cannot be told to say the same.</returns>
    public static ZoneFormat? Of(string file, string? origin, List<string> problems)
    {
        try
        {
            RegularFile.Expect(file);
            string text = File.ReadAllText(file, Encoding.Latin1), formatted = ZoneFormatter.Format(text);
            DomainName? zone = ZoneLoader.ZoneOf(file, origin, out string? error);
            if (zone is null)
            {
                problems.Add($"{file}: {error}");
                return null;
            }

            ZoneFile before = ZoneFileReader.Read(file, text, zone, Include), after = ZoneFileReader.Read(file, formatted, zone, Include);
            ZoneDiagnostic[] errors = [.. before.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)];
            if (errors.Length > 0)
            {
                problems.AddRange(errors.Select(one => one.ToString()));
                return null;
            }

            if (before.Records.Select(record => record.ToString()).SequenceEqual(after.Records.Select(record => record.ToString()))) return new ZoneFormat(text, formatted);
            problems.Add($"{file}: would not say the same when formatted, and stays as it is; please report this file");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {e.Message}");
            return null;
        }
    }

    private static (string, string)? Include(string written, string from) => ZoneLoader.Include(written, from) is { } file ? (file.Path, file.Text.ReadToEnd()) : null;
}
