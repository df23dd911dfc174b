using Microsoft.Extensions.Configuration.Memory;

namespace GslbServer.Balancer;

/// <summary>The sources of the configuration, lowest rank first: our defaults, ASP.NET Core's (files, environment, flags), our own flags.</summary>
internal static class StartConfiguration
{
    private const string SettingsFile = "appsettings.json";

    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // It tells each address once more.
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        // A failed start is told in one line by Program; the host would add its stack.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting"] = "None",
        // YARP tells each request at Information, and each failed probe as a warning; changes of health are told by our policies.
        ["Logging:LogLevel:Yarp"] = "Warning",
        ["Logging:LogLevel:Yarp.ReverseProxy.Health"] = "Critical",
        ["Logging:LogLevel:Yarp.ReverseProxy.Configuration"] = "Critical",
        ["Logging:LogLevel:Yarp.ReverseProxy.Management"] = "Critical",
        // Cookie affinity encrypts with a key of this process; where the key lies is not worth a warning.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
    };

    public static WebApplicationBuilder CreateBuilder(BalancerArguments command)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Reloading is SettingsReloader's work alone.
            Args = [.. command.AspNet.Where(flag => !flag.StartsWith("--contentRoot=", StringComparison.OrdinalIgnoreCase)), "--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = ContentRoot(command),
        });
        IList<IConfigurationSource> sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        sources.Add(new MemoryConfigurationSource { InitialData = command.Own });
        return builder;
    }

    /// <summary>The folder that was named, taken from the working folder (ASP.NET Core would take it from the program's); if nobody named one and the working folder has
    /// no settings, the copy beside the program. Null: ASP.NET Core decides.</summary>
    private static string? ContentRoot(BalancerArguments command)
    {
        const string Flag = "--contentRoot=";
        string? named = command.AspNet.LastOrDefault(flag => flag.StartsWith(Flag, StringComparison.OrdinalIgnoreCase))?[Flag.Length..]
            ?? Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") ?? Environment.GetEnvironmentVariable("DOTNET_CONTENTROOT");
        if (named is null) return File.Exists(SettingsFile) ? null : AppContext.BaseDirectory;
        return Directory.Exists(named) ? Path.GetFullPath(named) : throw new IOException($"'{named}' is not a folder, expected the one with {SettingsFile}");
    }
}
