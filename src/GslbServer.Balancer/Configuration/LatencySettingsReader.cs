using System.Globalization;
using System.Net;

namespace GslbServer.Balancer;

/// <summary>Reads <c>Balancer:Latency</c>.</summary>
internal static class LatencySettingsReader
{
    private static readonly TimeSpan ShortestEpoch = TimeSpan.FromSeconds(1), LongestEpoch = TimeSpan.FromHours(1);

    public static LatencySettings Read(IConfigurationSection section, List<string> errors)
    {
        var fallback = new LatencySettings();
        SettingValues.UnknownKeys(section, typeof(LatencySettings), errors);
        return new LatencySettings
        {
            Enabled = SettingValues.Flag(section.GetSection(nameof(LatencySettings.Enabled)), fallback.Enabled, errors),
            IncludePrivate = SettingValues.Flag(section.GetSection(nameof(LatencySettings.IncludePrivate)), fallback.IncludePrivate, errors),
            Epoch = Epoch(section.GetSection(nameof(LatencySettings.Epoch)), fallback.Epoch, errors),
            NotOnPorts = Ports(section.GetSection(nameof(LatencySettings.NotOnPorts)), errors),
        };
    }

    private static TimeSpan Epoch(IConfigurationSection section, TimeSpan fallback, List<string> errors)
    {
        const string Expected = "whole seconds from 1s to 1h, the same in the whole cluster";
        TimeSpan epoch = SettingValues.Duration(section, fallback, ShortestEpoch, LongestEpoch, Expected, errors);
        if (epoch.Ticks % TimeSpan.TicksPerSecond == 0) return epoch;
        errors.Add($"{section.Path}: \"{section.Value}\", expected {Expected}");
        return fallback;
    }

    private static int[] Ports(IConfigurationSection section, List<string> errors)
    {
        List<int> ports = [];
        foreach (string text in SettingValues.Texts(section))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= IPEndPoint.MaxPort) ports.Add(port);
            else errors.Add($"{section.Path}: \"{text}\", expected a port from 1 to 65535");
        }

        return [.. ports];
    }
}
