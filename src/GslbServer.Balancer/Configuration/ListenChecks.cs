namespace GslbServer.Balancer;

/// <summary>The addresses that clients connect to, checked before anything starts.</summary>
internal static class ListenChecks
{
    public static void Check(IConfiguration configuration, List<string> errors)
    {
        foreach (string url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) Check("urls", url, errors);
        foreach (IConfigurationSection endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url) Check($"{endpoint.Path}:Url", url, errors);
            else errors.Add($"{endpoint.Path}:Url: missing, expected http://ADDR:PORT or https://ADDR:PORT");
        }
    }

    private static void Check(string path, string url, List<string> errors)
    {
        try
        {
            if (BindingAddress.Parse(url) is { Scheme: "http" or "https", PathBase: "" }) return;
        }
        catch (FormatException)
        {
        }

        errors.Add($"{path}: \"{url}\", expected http://ADDR:PORT or https://ADDR:PORT");
    }
}
