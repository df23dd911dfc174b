namespace GslbServer.Dns;

/// <summary>Reads master files: all of RFC 1035 section 5, <c>$TTL</c> (RFC 2308), <c>$INCLUDE</c>, <c>$GENERATE</c>, TTL units, RFC 3597 types.</summary>
public static class ZoneFileReader
{
    /// <summary>Reads a zone and checks it (<see cref="ZoneChecks"/>). Never throws for what a file can contain: every error is a diagnostic.</summary>
    /// <param name="path">Named in positions; not opened here.</param>
    /// <param name="text">The file's content, read block by block and not closed. Octets above 127 stand for themselves (Latin-1).</param>
    /// <param name="origin">What relative names end in before any <c>$ORIGIN</c>.</param>
    /// <param name="include">Opens the file of an <c>$INCLUDE</c>, given as written, relative to the file that includes it (second argument).
    /// Null when it cannot be opened. This room does no I/O itself; it closes the reader.</param>
    public static ZoneFile Read(string path, TextReader text, DomainName origin, Func<string, string, (string Path, TextReader Text)?>? include = null)
    {
        var reading = new MasterFileReading(origin, include);
        reading.Read(path, text);
        return Check(path, reading.Records, reading.Diagnostics);
    }

    /// <summary>Judges records that come from elsewhere than a file, such as a primary, as those of a file are.</summary>
    /// <param name="path">Where they stand, or will stand.</param>
    public static ZoneFile Check(string path, ZoneRecords records) => Check(path, records, new DiagnosticList());

    private static ZoneFile Check(string path, ZoneRecords records, DiagnosticList diagnostics)
    {
        var names = new ZoneNames(records);
        RRsetRules.Apply(names, diagnostics);
        ZoneRecord? soa = names.IndicesOf(RecordType.SOA).Select(i => names.Records[i]).FirstOrDefault();
        if (soa is null)
            diagnostics.Error(new(path, 0, 0), "the zone has no SOA that could be read; expected one at its apex");
        else
            diagnostics.AddRange(ZoneChecks.Check(soa.Owner, names));
        return new(path, soa, names.Records, diagnostics.ToSorted(path));
    }

    /// <summary>As above, of text that is in memory.</summary>
    public static ZoneFile Read(string path, string text, DomainName origin, Func<string, string, (string Path, string Text)?>? include = null)
        => Read(path, new StringReader(text), origin,
            (written, from) => include?.Invoke(written, from) is { } file ? (file.Path, new StringReader(file.Text)) : null);
}
