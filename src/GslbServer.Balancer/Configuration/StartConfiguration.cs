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
        ["Logging:LogLevel:Microsoft.Hosting"] = "Warning",
        // YARP tells each request at Information, and each failed probe as a warning; changes of health are told by our policies.
        ["Logging:LogLevel:Yarp"] = "Warning",
        ["Logging:LogLevel:Yarp.ReverseProxy.Health"] = "Critical",
        ["Logging:LogLevel:Yarp.ReverseProxy.Configuration"] = "Critical",
        ["Logging:LogLevel:Yarp.ReverseProxy.Management"] = "Critical",
        // Cookie affinity encrypts with a key of this process; where the key lies is not worth a warning.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
    };

    public static WebApplicationBuilder CreateBuilder(CommandLine command)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Reloading is SettingsReloader's work alone.
            Args = [.. command.AspNet, "--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = FallbackContentRoot(command),
        });
        IList<IConfigurationSource> sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        sources.Add(new MemoryConfigurationSource { InitialData = command.Own });
        return builder;
    }

    /// <summary>The copy beside the program, if nobody named a folder and the working folder has none. Null: ASP.NET Core decides.</summary>
    private static string? FallbackContentRoot(CommandLine command)
    {
        bool isNamed = command.AspNet.Any(flag => flag.StartsWith("--contentRoot=", StringComparison.OrdinalIgnoreCase))
            || Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") is not null || Environment.GetEnvironmentVariable("DOTNET_CONTENTROOT") is not null;
        return isNamed || File.Exists(SettingsFile) ? null : AppContext.BaseDirectory;
    }
}
