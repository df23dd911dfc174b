using System.Net;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Lines to paste, made for what this demo really serves.</summary>
internal static class DemoGuide
{
    /// <summary>One prefix of the sample geodata for each continent: addresses set aside for documentation (RFC 5737) and benchmarks (RFC 2544).</summary>
    public static readonly IReadOnlyList<(string Continent, string Prefix)> Clients =
    [
        ("North America", "192.0.2.0/24"), ("Europe", "198.51.100.0/24"), ("Asia", "203.0.113.0/24"),
        ("South America", "198.18.1.0/24"), ("Africa", "198.18.2.0/24"), ("Oceania", "198.18.3.0/24"),
    ];

    public static IEnumerable<string> Lines(Node node, IReadOnlyList<string> adminUrls, IReadOnlyList<DemoEndPoint> endpoints)
    {
        Topology topology = node.Serving.Current.Steering.Plan.Topology;
        if (topology.Names.Length == 0 || node.EndPoints.Count == 0)
        {
            yield break;
        }

        string name = topology.Names[0].Owner.TrimEnd('.');
        IPEndPoint dns = node.EndPoints[0];
        string dig = $"dig @{dns.Address} -p {dns.Port} {name}";
        yield return "";
        yield return "Ask as a client of each continent would:";
        foreach ((string continent, string prefix) in Clients)
        {
            yield return $"  {dig} +subnet={prefix,-18}   # {continent}";
        }

        foreach (DemoEndPoint endpoint in endpoints)
        {
            yield return $"  http://{endpoint.Address}/ is {endpoint.Region}";
        }

        if (endpoints.FirstOrDefault(e => e.Region.StartsWith("eu", StringComparison.Ordinal)) is { } victim)
        {
            yield return "";
            yield return $"Make {victim.Region} fail, ask again, and let it recover:";
            yield return $"  curl -X POST http://{victim.Address}/fail";
            yield return $"  curl -X POST http://{victim.Address}/recover";
        }

        string gslb = Invocation(adminUrls);
        string region = topology.Regions.FirstOrDefault(r => r.Label.StartsWith("eu", StringComparison.Ordinal))?.Label ?? topology.Regions[0].Label;
        yield return "";
        yield return "Ask why, see who is up, take a region out and put it back:";
        yield return $"  {dig.Replace($" {name}", $" TXT _explain.{name}", StringComparison.Ordinal)} +short +subnet=198.51.100.0/24";
        foreach (string command in new[]
        {
            $"explain {name} --client 198.51.100.0/24", "status", $"drain {region} --reason \"trying it\" --for 10m", $"undrain {region}",
        })
        {
            yield return "  " + string.Format(null, gslb, command);
        }

        yield return "";
    }

    /// <summary>How this program was probably started, with a place for the command; a node elsewhere than at the default address is named.</summary>
    private static string Invocation(IReadOnlyList<string> adminUrls)
    {
        string folder = AppContext.BaseDirectory.Replace('\\', '/');
        bool isInSources = File.Exists("src/GslbServer/GslbServer.csproj") && folder.Contains("/src/GslbServer/bin/", StringComparison.Ordinal);
        string program = isInSources ? $"dotnet run --no-build{(folder.Contains("/Release/", StringComparison.Ordinal) ? " -c Release" : "")} --project src/GslbServer --"
            : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "gslb" ? OnPath(Environment.ProcessPath!) : $"dotnet {folder}gslb.dll";
        string server = adminUrls.Contains(ServerFlags.DefaultServer, StringComparer.Ordinal) || adminUrls.Count == 0 ? "" : $" --server {adminUrls[0]}";
        return program + " {0}" + server;
    }

    /// <summary>The bare name where a shell finds this program by it.</summary>
    private static string OnPath(string program)
    {
        string? folder = Path.GetDirectoryName(program);
        bool isFound = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Any(p => Path.TrimEndingDirectorySeparator(p) == folder) ?? false;
        return isFound ? "gslb" : program;
    }
}
