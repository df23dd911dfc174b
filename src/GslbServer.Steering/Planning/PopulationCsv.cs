using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Clients as somebody counted them.</summary>
/// <param name="Network">Null for a line of a whole country.</param>
/// <param name="Name">Index of the steered name they ask for; -1 where the line says none.</param>
public readonly record struct PopulationRow(IPNetwork? Network, string Country, double Weight, int Name);

/// <summary>Tables of clients. The first line that is neither blank nor a comment (<c>#</c>) names the columns, in any order: <c>network</c> or <c>country</c>, <c>weight</c>, and, if wanted,
/// <c>name</c>.</summary>
public static class PopulationCsv
{
    private const int Network = 0, Country = 1, Weight = 2, Name = 3;

    private static readonly string[] Columns = ["network", "country", "weight", "name"];

    /// <param name="names">Owners that may be named.</param>
    /// <returns>All rows, null when there are errors; and all errors, in order.</returns>
    public static (IReadOnlyList<PopulationRow>? Rows, IReadOnlyList<GeoCsvError> Errors) Read(string csv, IReadOnlyList<string> names)
    {
        List<GeoCsvError> errors = [];
        List<PopulationRow> rows = [];
        int[]? columns = null;
        int number = 0;
        foreach (string line in csv.Split('\n'))
        {
            number++;
            string text = line.TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart().StartsWith('#')) continue;
            var row = new GeoCsvRow(number, text, errors);
            if (columns is null)
            {
                columns = Header(row);
                continue;
            }

            row.Assign(columns, Columns.Length);
            int before = errors.Count;
            PopulationRow read = Row(row, names);
            if (errors.Count == before) rows.Add(read);
        }

        if (columns is null) errors.Add(new GeoCsvError(number, 1, "no header; expected a line such as network,weight or country,weight"));
        return (errors.Count == 0 ? rows : null, errors);
    }

    private static int[] Header(GeoCsvRow row)
    {
        int[] columns = row.Columns(Columns);

        if (!columns.Contains(Network) && !columns.Contains(Country)) row.ErrorAt(0, "neither a column \"network\" nor a column \"country\"; one is needed");
        if (!columns.Contains(Weight)) row.ErrorAt(0, "no column \"weight\"; every line needs one");
        return columns;
    }

    private static PopulationRow Row(GeoCsvRow row, IReadOnlyList<string> names)
    {
        IPNetwork? network = null;
        if (row[Network].Length > 0)
        {
            if (IPNetwork.TryParse(row[Network], out IPNetwork parsed)) network = parsed;
            else if (IPAddress.TryParse(row[Network], out IPAddress? address)) network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            else row.Error(Network, $"\"{row[Network]}\" is no network; expected one such as 198.51.100.0/24");
        }
        else if (!Countries.IsAlpha2(row[Country].ToUpperInvariant())) row.Error(Country, $"\"{row[Country]}\" is no country; expected an ISO 3166-1 alpha-2 code, such as DE");

        if (!double.TryParse(row[Weight], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) || !double.IsFinite(weight) || weight < 0)
            row.Error(Weight, $"\"{row[Weight]}\" is no weight; expected a number of 0 or more");
        int name = row[Name].Length == 0 ? -1 : IndexOf(names, row[Name]);
        if (row[Name].Length > 0 && name < 0) row.Error(Name, $"\"{row[Name]}\" is no steered name{Suggestion.For(row[Name], names)}");
        return new PopulationRow(network, row[Country].ToUpperInvariant(), weight, name);
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i].TrimEnd('.').Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)) return i;
        }

        return -1;
    }
}
