namespace GslbServer;

/// <summary>The DNS node, assembly <c>gslb</c>: one program for serving and for talking to what serves.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args, CliHost.OfThisProcess());
}
