using System.Globalization;
using GslbServer.Steering;

namespace GslbServer.Benchmarks;

/// <summary>ns per query against the size of one thing at a time, as CSV: <c>dimension,size,mix,best,median</c>, ns.</summary>
internal static class SizeReport
{
    private static readonly int[] Names = [1_000, 10_000, 100_000, 1_000_000];
    private static readonly int[] Regions = [2, 4, 8, 16, 32, 64];
    private static readonly int[] Steered = [1, 10, 100, 1_000, 10_000];
    private static readonly int[] Networks = [10_000, 100_000, 1_000_000, SyntheticGeo.All];

    private const int UsualNames = 1_000;
    private const int UsualSteered = 1;
    private const int UsualRegions = 3;

    public static void Print(MeasureOptions options, TextWriter output)
    {
        output.WriteLine("dimension,size,mix,best,median");
        GeoTable usual = SyntheticGeo.Load(Math.Min(options.Networks, 1_000_000), null);
        Measure("names", Names, names => World.Build(names, UsualSteered, UsualRegions, GeoTable.Empty), Mix.Static, Mix.NxDomain);
        Measure("regions", Regions, regions => World.Build(UsualNames, UsualSteered, regions, usual), Mix.Steered, Mix.SteeredSubnet);
        Measure("steered names", Steered, steered => World.Build(UsualNames, steered, UsualRegions, usual), Mix.Steered, Mix.SteeredSubnet);
        Measure("networks", [.. Networks.Where(n => n <= options.Networks)],
            networks => World.Build(UsualNames, UsualSteered, UsualRegions, SyntheticGeo.Load(networks, null)), Mix.SteeredSubnet);

        // The sizes of one dimension take turns.
        void Measure(string dimension, int[] sizes, Func<int, World> build, params Mix[] mixes)
        {
            if (!options.Wants(dimension)) return;
            List<(int Size, Mix Mix, PathCase Case)> cases = [];
            foreach (int size in sizes)
            {
                World world = build(size);
                cases.AddRange(mixes.Select(mix => (size, mix, new PathCase($"{dimension} {size}", world, mix, null))));
            }

            PathReport.Measure([.. cases.Select(c => c.Case)], options.Rounds);
            foreach ((int size, Mix mix, PathCase c) in cases)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dimension},{size},{Text(mix)},{c.Best:F1},{c.Median:F1}"));
                c.Dispose();
            }

            output.Flush();
        }
    }

    public static string Text(Mix mix) => mix switch
    {
        Mix.Static => "static",
        Mix.StaticClientCookie => "static with a client cookie",
        Mix.StaticCookie => "static with a cookie",
        Mix.NxDomain => "nxdomain",
        Mix.Steered => "steered",
        _ => "steered with subnet",
    };
}
