using Microsoft.Extensions.Logging.Console;

namespace GslbServer;

/// <summary>Where a node's log goes: standard error, one line per event, UTC. Levels from the <c>Logging</c> section, as in any .NET program.</summary>
internal static class NodeLogging
{
    public static ILoggerFactory Create(ServeSettings settings, bool isDemo, CliHost host) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(isDemo ? LogLevel.Warning : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);    // a start that fails says why by itself, in one line
        logging.AddFilter("Quartz", LogLevel.Warning);
        if (isDemo)
        {
            // The demo prints every transition itself; the one vantage's word before it would say the same twice.
            logging.AddFilter("GslbServer.Probing", LogLevel.Error);
        }

        logging.AddConfiguration(new ConfigurationBuilder().AddInMemoryCollection(settings.Logging).Build().GetSection("Logging"));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = host.HasColor ? LoggerColorBehavior.Default : LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
