using GslbServer.Benchmarks;

const string usage = """
    usage: dotnet run -c Release --project tests/GslbServer.Benchmarks -- path [options]

    path               ns per query of the whole answer path, without sockets, at the sizes that the goals name
      --rounds N       rounds; in each, every case runs once over 65,536 queries (30)
      --networks N     networks of the geo database (3800000)
      --geo FILE       the geo database; made and kept there if it does not exist
      --only A,B       only cases whose name contains one of these
    """;

try
{
    switch (args)
    {
        case ["path", .. string[] rest]:
            PathReport.Print(MeasureOptions.Parse(rest), Console.Out);
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
