using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>From configuration to <see cref="Settings"/>: the same checks at the start and at every reload, all errors at once.</summary>
internal static class SettingsReader
{
    /// <returns>Settings, or null with at least one error. An error is one line: configuration path, what is wrong, what was expected.</returns>
    public static async Task<(Settings? Settings, IReadOnlyList<string> Errors)> ReadAsync(IConfiguration configuration)
    {
        List<string> errors = [];
        BalancerOptions options = BalancerOptionsReader.Read(configuration.GetSection("Balancer"), errors);
        ListenChecks.Check(configuration, errors);
        SettingsBinder.Read<KestrelLimits>(configuration.GetSection(KestrelLimits.Section), errors);
        IConfigurationSection proxy = configuration.GetSection("ReverseProxy");
        int before = errors.Count;
        ProxySchema.Check(proxy, errors);
        // What YARP cannot even read it cannot check; everything else is told in this one go.
        if (errors.Count > before) return (null, errors);

        await using ServiceProvider yarp = YarpServices(proxy);
        IProxyConfig written = yarp.GetRequiredService<IProxyConfigProvider>().GetConfig();
        ClusterConfig[] clusters = [.. written.Clusters.Select(cluster => ProxyDefaults.Apply(cluster, options.Clusters.GetValueOrDefault(cluster.ClusterId, ClusterSettings.Default)))];
        var settings = new Settings(options, [.. written.Routes.Select(route => ProxyDefaults.Apply(route, clusters, options.PreserveHost))], clusters);
        errors.AddRange(CrossChecks.Errors(settings));
        await AddYarpErrorsAsync(yarp.GetRequiredService<IConfigValidator>(), settings, errors);
        if (errors.Count > 0) return (null, errors);
        foreach (EdgeSettings edge in options.Routes.Values.Select(route => route.Edge).OfType<EdgeSettings>().Prepend(options.Edge)) edge.Compile();
        return (settings, errors);
    }

    /// <summary>YARP's reader and validators, with the policies that the real proxy has.</summary>
    private static ServiceProvider YarpServices(IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new ServingState(new Settings(new BalancerOptions(), [], [])));
        services.AddProxy().LoadFromConfig(section);
        return services.BuildServiceProvider();
    }

    private static async Task AddYarpErrorsAsync(IConfigValidator validator, Settings settings, List<string> errors)
    {
        foreach (ClusterConfig cluster in settings.Clusters)
        {
            // An unknown policy is told by CrossChecks, with the known ones.
            ClusterConfig known = PolicyNames.IsOneOf(cluster.LoadBalancingPolicy, PolicyNames.All) ? cluster : cluster with { LoadBalancingPolicy = null };
            foreach (Exception error in await validator.ValidateClusterAsync(known)) errors.Add($"ReverseProxy:Clusters:{cluster.ClusterId}: {error.Message}");
        }

        foreach (RouteConfig route in settings.Routes)
        {
            foreach (Exception error in await validator.ValidateRouteAsync(route)) errors.Add($"ReverseProxy:Routes:{route.RouteId}: {error.Message}");
        }
    }
}
