using System.Reflection;

namespace GslbServer;

internal static class BuildInfo
{
    /// <summary>Of this build, without the commit that some builds append.</summary>
    public static string Version { get; } =
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
