using System.Globalization;

namespace GslbServer.Benchmarks;

/// <summary>Options of the measuring commands.</summary>
/// <param name="Rounds">How often each case runs.</param>
/// <param name="Networks">Networks of the geo database that is made.</param>
/// <param name="GeoFile">Where it is kept; null: nowhere.</param>
/// <param name="Only">Parts of names of the cases wanted; empty: all.</param>
internal sealed record MeasureOptions(int Rounds, int Networks, string? GeoFile, IReadOnlyList<string> Only)
{
    /// <exception cref="ArgumentException">An option is unknown, or its value is not what it takes.</exception>
    public static MeasureOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new MeasureOptions(30, SyntheticGeo.All, null, []);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string option = arguments[i];
            string value = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{option}: expected a value");
            options = option switch
            {
                "--rounds" => options with { Rounds = Number(option, value) },
                "--networks" => options with { Networks = Number(option, value) },
                "--geo" => options with { GeoFile = value },
                "--only" => options with { Only = value.Split(',') },
                _ => throw new ArgumentException($"unknown option {option}"),
            };
        }

        return options;
    }

    public bool Wants(string name) => Only.Count == 0 || Only.Any(o => name.Contains(o, StringComparison.OrdinalIgnoreCase));

    private static int Number(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"{option} {value}: expected a whole number above 0");
}
