using GslbServer.Benchmarks;

const string usage = """
    usage: dotnet run -c Release --project tests/GslbServer.Benchmarks -- path|sizes [options]

    path               ns per query of the whole answer path, without sockets, at the sizes that the goals name
    sizes              the same against names, regions, steered names and networks, one at a time, as CSV

      --rounds N       rounds; in each, every case runs once over 65,536 queries (30)
      --networks N     networks of the geo database (3800000)
      --geo FILE       the geo database of path; made and kept there if it does not exist
      --only A,B       only cases or dimensions whose name contains one of these
    """;

try
{
    switch (args)
    {
        case ["path", .. string[] rest]:
            PathReport.Print(MeasureOptions.Parse(rest), Console.Out);
            return 0;
        case ["sizes", .. string[] rest]:
            SizeReport.Print(MeasureOptions.Parse(rest), Console.Out);
            return 0;
        default:
            Console.Error.WriteLine(usage);
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(usage);
    return 2;
}
