using System.Net.Sockets;
using System.Security.Cryptography;

namespace GslbServer.Balancer;

/// <summary>The regional L7 balancer, assembly <c>gslb-balancer</c>.</summary>
public static class Program
{
    private const int Success = 0, Failure = 1;

    /// <returns>0 after a graceful stop, 1 when it could not start.</returns>
    public static async Task<int> Main(string[] args)
    {
        InlineIo.Prefer();
        BalancerArguments command = BalancerArguments.Parse(args);
        if (command.Help) return Print(BalancerArguments.Usage);
        if (command.Version) return Print($"gslb-balancer {ProgramVersion.Text}");
        if (command.Errors.Count > 0) return Refuse(command.Errors);
        try
        {
            WebApplicationBuilder builder = StartConfiguration.CreateBuilder(command);
            var source = new SettingsSource(((IConfigurationBuilder)builder.Configuration).Sources);
            (Settings? settings, IReadOnlyList<string> errors) = await source.ReadAsync();
            if (settings is null) return Refuse(errors);
            builder.Services.AddSingleton(source);
            await RunAsync(ProxyServer.Build(builder, settings));
            return Success;
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidDataException or InvalidOperationException or FormatException
            or ArgumentException or UnauthorizedAccessException or CryptographicException)
        {
            // A port in use, a file or certificate that cannot be read, an address that is none: one line each says it, a stack adds nothing.
            return Refuse([StartError.Describe(error)]);
        }
    }

    private static async Task RunAsync(WebApplication built)
    {
        await using WebApplication proxy = built;
        ServingState state = proxy.Services.GetRequiredService<ServingState>();
        SettingsReloader reloader = proxy.Services.GetRequiredService<SettingsReloader>();
        await using WebApplication admin = AdminServer.Build(state, proxy.Services);
        using var signals = new StopSignals(reloader.Ask);
        await admin.StartAsync();
        await proxy.StartAsync();
        state.StartListening();
        Log.Serving(proxy.Logger, string.Join(", ", proxy.Urls), string.Join(", ", admin.Urls));
        DescribeJoin(proxy.Logger, state.Settings.Options, proxy.Services.GetRequiredService<MeasuringPlan>());

        await using (proxy.Services.GetRequiredService<Supervision>().Start(admin.Urls.First(), signals.First))
        {
            await signals.First;
            await GracefulStop.RunAsync(proxy, signals.Second);
        }

        await GracefulStop.StopAsync(admin, signals.Second);
    }

    private static void DescribeJoin(ILogger logger, BalancerOptions options, MeasuringPlan plan)
    {
        if (plan.HasJoined) Log.Joined(logger, options.Writer, options.RegionLabel, options.Latency.Epoch);
        else if (options.Redis.Count > 0) Log.RunsAlone(logger, "--redis", "--region");
        else if (options.Region is not null) Log.RunsAlone(logger, "--region", "--redis");
        if (plan is { HasJoined: true, Samples: false }) Log.NotMeasured(logger, plan.Why);
    }

    private static int Print(string text)
    {
        Console.WriteLine(text);
        return Success;
    }

    private static int Refuse(IReadOnlyList<string> errors)
    {
        foreach (string error in errors) Console.Error.WriteLine(error);
        Console.Error.WriteLine($"gslb-balancer: not started, {errors.Count} {(errors.Count == 1 ? "error" : "errors")}");
        return Failure;
    }
}
