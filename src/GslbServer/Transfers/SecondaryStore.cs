using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Zones from primaries in the state directory: master files that a start serves from, as old as their time says, for a primary that is heard sets it anew.</summary>
internal sealed partial class SecondaryStore(string directory, TimeProvider time, ILogger<SecondaryStore> logger)
{
    public string PathOf(DomainName zone) => Path.Combine(directory, "zones", FileName(zone));

    /// <returns>The zone as judged, and how long ago a primary was heard; null where there is none that can be used.</returns>
    public (ZoneFile File, TimeSpan Age)? Load(DomainName zone)
    {
        string path = PathOf(zone);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            TimeSpan age = time.GetUtcNow() - File.GetLastWriteTimeUtc(path);
            using var text = new StreamReader(path, Encoding.Latin1);
            ZoneFile file = ZoneFileReader.Read(path, text, zone);
            if (file.Apex is not null && file.Apex.Equals(zone) && !file.HasErrors)
            {
                return (file, age > TimeSpan.Zero ? age : TimeSpan.Zero); // a clock that was set back says nothing of the age
            }

            Log.Unusable(logger, path, file.Diagnostics.FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error)?.ToString() ?? "another zone's file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Unusable(logger, path, e.Message);
        }

        return null;
    }

    public void Save(Zone zone)
    {
        string path = PathOf(zone.Apex), next = path + ".next";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var text = new StreamWriter(next, append: false, Encoding.Latin1, bufferSize: 1 << 16))
            {
                IRecordCursor records = TransferSource.Whole(zone, withSteering: true);
                for (bool isFirst = true; records.MoveNext(); isFirst = false)
                {
                    if (records.Type == RecordType.SOA && !isFirst)
                    {
                        break; // the one that ends a transfer
                    }

                    text.WriteLine($"{DomainName.FromWire(records.Owner)} {records.Ttl} IN {RecordTypeName.Of(records.Type)} {RdataText.Format(records.Type, records.Rdata)}");
                }
            }

            File.Move(next, path, overwrite: true);
            File.Delete(path + ".refused");
            Touch(zone.Apex);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, zone.Apex, e.Message);
        }
    }

    /// <summary>Keeps a version that may not be served beside the one that is, so that its errors have lines to point at.</summary>
    /// <returns>Where it lies.</returns>
    public string SaveRefused(ZoneFile file, DomainName zone)
    {
        string path = PathOf(zone) + ".refused", next = path + ".next";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var text = new StreamWriter(next, append: false, Encoding.Latin1, bufferSize: 1 << 16))
            {
                int line = 1;
                foreach (ZoneRecord record in file.Records)
                {
                    for (; line < record.Position.Line; line++)
                    {
                        text.WriteLine(); // a duplicate that was left out
                    }

                    text.WriteLine(record.ToString());
                    line++;
                }
            }

            // It is written anew with each try while somebody may be looking at it.
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, zone, e.Message);
        }

        return path;
    }

    /// <summary>A primary was heard now.</summary>
    public void Touch(DomainName zone)
    {
        try
        {
            if (File.Exists(PathOf(zone)))
            {
                File.SetLastWriteTimeUtc(PathOf(zone), time.GetUtcNow().UtcDateTime);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, zone, e.Message);
        }
    }

    public void Forget(DomainName zone)
    {
        try
        {
            File.Delete(PathOf(zone));
            File.Delete(PathOf(zone) + ".refused");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, zone, e.Message);
        }
    }

    /// <summary>Letters, digits, '-', '_' and '.' stand for themselves.</summary>
    private static string FileName(DomainName zone)
    {
        var name = new StringBuilder();
        foreach (char c in zone.ToLower().ToString())
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c.ToString() : $"%{(int)c:X2}");
        }

        return $"{name.ToString().TrimEnd('.')}{ZoneLoader.Extension}";
    }

    private static partial class Log
    {
        [LoggerMessage(611, LogLevel.Warning, "{Path} is not used: {Problem}")]
        public static partial void Unusable(ILogger logger, string path, string problem);

        [LoggerMessage(612, LogLevel.Warning, "Zone {Zone} could not be kept on disk: {Problem}")]
        public static partial void NotSaved(ILogger logger, DomainName zone, string problem);
    }
}
