using System.Globalization;
using System.Text;

namespace GslbServer.Steering;

/// <summary>A round trip that somebody wrote down.</summary>
/// <param name="Milliseconds">Above 0, at most <see cref="LatencyOptions.LongestMs"/>.</param>
/// <param name="Samples">How many it rests on; 1 or more, <see cref="LatencyOptions.ImportedSamples"/> where the table does not say.</param>
public readonly record struct LatencyCsvRow(LatencyKey Key, string Region, double Milliseconds, int Samples);

/// <summary>Tables of round trips as people and other systems write them.</summary>
/// <remarks>The first line that is neither blank nor a comment (<c>#</c>) names the columns, in any order: <c>client</c> (a prefix, <c>AS64500</c>, <c>AS64500-DE</c> or a
/// country), <c>region</c>, <c>ms</c>, and, if wanted, <c>samples</c>. Fields may be quoted as in RFC 4180, but stay on their line.</remarks>
public static class LatencyCsv
{
    private const int Client = 0, Region = 1, Ms = 2, Samples = 3;

    private static readonly string[] Columns = ["client", "region", "ms", "samples"];

    /// <param name="region">What all lines speak of, when there is no such column; else null.</param>
    /// <param name="regions">Labels that may be named.</param>
    /// <returns>All rows, null when there are errors; and all errors, in order.</returns>
    public static (IReadOnlyList<LatencyCsvRow>? Rows, IReadOnlyList<GeoCsvError> Errors) Read(string csv, string? region, IReadOnlyCollection<string> regions)
    {
        List<GeoCsvError> errors = [];
        var rows = new List<LatencyCsvRow>();
        var lines = new Dictionary<(LatencyKey, string), int>();
        int[]? columns = null;
        int number = 0;
        foreach (string line in csv.Split('\n'))
        {
            number++;
            string text = line.TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart().StartsWith('#'))
                continue;
            var row = new GeoCsvRow(number, text, errors);
            if (columns is null)
            {
                columns = Header(row, region);
                if (errors.Count > 0)
                    return (null, errors);
                continue;
            }

            row.Assign(columns, Columns.Length);
            int before = errors.Count;
            LatencyCsvRow value = Parse(row, region, regions);
            if (errors.Count == before && !lines.TryAdd((value.Key, value.Region), number))
                row.Error(Client, $"{value.Key} and {value.Region} stand in line {lines[(value.Key, value.Region)]} already");
            rows.Add(value);
        }

        if (columns is null)
            errors.Add(new GeoCsvError(Math.Max(1, number), 1, $"no header; expected a line such as {string.Join(',', Columns)}"));
        return (errors.Count == 0 ? rows : null, errors);
    }

    /// <summary>All that was measured, as <see cref="Read"/> takes it: prefixes with samples of their own, by address, then region.</summary>
    public static string Write(LatencyMap map)
    {
        var text = new StringBuilder(string.Join(',', Columns)).Append('\n');
        LatencyMapContent content = map.Content;
        for (int group = 0; group < content.Keys.Length; group++)
        {
            ReadOnlySpan<MapCell> cells = content.CellsOf(group);
            for (int region = 0; region < cells.Length; region++)
            {
                if (cells[region] is { Source: EstimateSource.Measured or EstimateSource.Imported, Samples: > 0 } cell)
                    text.Append(CultureInfo.InvariantCulture, $"{new LatencyKey(content.Keys[group])},{content.Regions[region].Label},{MapCell.Ms(cell.Fresh):0.0},{cell.Samples}\n");
            }
        }

        return text.ToString();
    }

    private static int[] Header(GeoCsvRow row, string? region)
    {
        int[] columns = row.Columns(Columns);

        foreach (int needed in (int[])[Client, Ms])
        {
            if (!columns.Contains(needed))
                row.ErrorAt(0, $"no column \"{Columns[needed]}\"; every line needs one");
        }

        if (region is null && !columns.Contains(Region))
            row.ErrorAt(0, "no column \"region\", and no region given for all lines");
        if (region is not null && columns.Contains(Region))
            row.ErrorAt(Array.IndexOf(columns, Region), $"a column \"region\", and {region} given for all lines");
        return columns;
    }

    private static LatencyCsvRow Parse(GeoCsvRow row, string? given, IReadOnlyCollection<string> regions)
    {
        string client = row[Client];
        string text = client.Contains('/') || !System.Net.IPAddress.TryParse(client, out System.Net.IPAddress? address) || (client.Count(c => c == '.') != 3 && !client.Contains(':'))
            ? client : $"{client}/{address.GetAddressBytes().Length * 8}";
        if (!LatencyKey.TryParse(text, out LatencyKey key))
            row.Error(Client, $"\"{client}\" is no client; expected a prefix such as 192.0.2.0/24, AS64500, AS64500-DE or a country such as DE");
        string region = given ?? row[Region];
        if (!regions.Contains(region))
            row.Error(given is null ? Region : Client, Suggestion.Nearest(region, regions) is { } near ? $"\"{region}\" is no region; did you mean {near}?"
                : $"\"{region}\" is no region; expected one of {string.Join(' ', regions)}");
        if (!double.TryParse(row[Ms], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ms) || !(ms > 0) || ms > LatencyOptions.LongestMs)
            row.Error(Ms, $"\"{row[Ms]}\" is no round trip; expected milliseconds above 0, at most {LatencyOptions.LongestMs:0}");
        int samples = LatencyOptions.ImportedSamples;
        if (row[Samples].Length > 0 && (!int.TryParse(row[Samples], NumberStyles.None, CultureInfo.InvariantCulture, out samples) || samples < 1))
            row.Error(Samples, $"\"{row[Samples]}\" is no count of samples; expected 1 or more");
        return new LatencyCsvRow(key, region, ms, samples);
    }
}
