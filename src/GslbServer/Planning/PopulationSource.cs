using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Where the clients of a plan come from: a query log, a table, or the geo database by countries.</summary>
internal static class PopulationSource
{
    /// <param name="log">A file, or <c>-</c> for standard input; null for none.</param>
    /// <param name="table">As <see cref="PopulationCsv"/> reads it; null for none.</param>
    /// <param name="notes">What should be known of it: lines that were not understood.</param>
    /// <exception cref="InputException">It cannot be read; each error with its place.</exception>
    public static Population Read(string? log, string? table, GeoTable geo, Topology topology, List<string> notes)
    {
        string[] names = [.. topology.Names.Select(name => name.Owner)];
        try
        {
            return log is not null ? OfLog(log, geo, names, notes) : table is not null ? OfTable(table, geo, names) : OfCountries(geo);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(e.Message);
        }
    }

    private static Population OfCountries(GeoTable geo)
    {
        var population = Population.OfCountries(geo, InternetUsers.Of, $"internet users by country (rounded), spread over the networks of {geo.Description}");
        return population.Groups.Length > 0 ? population
            : throw new InputException($"{geo.Description}: places no IPv4 network in a country; give --geo FILE with a database that does, --log FILE or --population FILE");
    }

    private static Population OfTable(string file, GeoTable geo, string[] names)
    {
        (IReadOnlyList<PopulationRow>? rows, IReadOnlyList<GeoCsvError> errors) = PopulationCsv.Read(File.ReadAllText(file), names);
        if (rows is null) throw new InputException([.. errors.Select(error => $"{file}:{error}")]);
        Population population = Population.OfNetworks(geo, rows.Where(row => row.Network is not null).Select(row => (row.Network!.Value, row.Weight, row.Name)), file);
        foreach (IGrouping<int, PopulationRow> ofName in rows.Where(row => row.Network is null).GroupBy(row => row.Name))
        {
            Dictionary<string, double> weights = ofName.GroupBy(row => row.Country).ToDictionary(country => country.Key, country => country.Sum(row => row.Weight));
            var more = Population.OfCountries(geo, country => weights.GetValueOrDefault(country), file);
            string[] missing = [.. weights.Where(one => one.Value > 0 && !more.Groups.Any(group => more.Places[group.Place].Country == one.Key)).Select(one => one.Key)];
            if (missing.Length > 0) throw new InputException($"{file}: {geo.Description} has no IPv4 network in {string.Join(", ", missing)}");
            population = population with { Groups = [.. population.Groups, .. more.Groups.Select(group => group with { Name = ofName.Key })] };
        }

        return population.Weight > 0 ? population : throw new InputException($"{file}: no line has a weight above 0");
    }

    private static Population OfLog(string file, GeoTable geo, string[] names, List<string> notes)
    {
        var index = names.Select((name, at) => (Name: name.TrimEnd('.'), at)).ToDictionary(one => one.Name, one => one.at, StringComparer.OrdinalIgnoreCase);
        Dictionary<(IPNetwork, int), double> counts = [];
        long lines = 0, others = 0, unread = 0, firstUnread = 0;
        using TextReader reader = file == "-" ? Console.In : new StreamReader(file);
        while (reader.ReadLine() is { } line)
        {
            lines++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (!QueryLogLine.TryRead(line, out QueryLogLine query))
            {
                if (unread++ == 0) firstUnread = lines;
                continue;
            }

            int name = -1;
            if (query.Name.Length > 0 && !index.TryGetValue(query.Name.TrimEnd('.'), out name))
            {
                others++;
                continue;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(counts, (query.Client, name), out _) += 1;
        }

        if (unread > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: {unread} of {lines} lines were not understood, the first is line {firstUnread}"));
        if (others > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: {others} of {lines} queries were for names that are not steered here"));
        if (counts.Count == 0) throw new InputException($"{file}: no query that can be counted; expected lines such as \"198.51.100.0/24 {names.FirstOrDefault("www.example.")}\", BIND's query log, or JSON with client and name");
        return Population.OfNetworks(geo, counts.Select(one => (one.Key.Item1, one.Value, one.Key.Item2)), file == "-" ? "standard input" : file);
    }
}
