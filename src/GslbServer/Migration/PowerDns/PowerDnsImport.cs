namespace GslbServer;

/// <summary>What steers in PowerDNS, in our language: zones of its geoip backend, or LUA records of a zone file.</summary>
internal static class PowerDnsImport
{
    /// <param name="origin">Names the zone of a zone file that is not called NAME.zone; null takes its name.</param>
    /// <exception cref="InputException">It is neither, with the place of what is wrong.</exception>
    public static ImportResult Convert(string path, string? origin, ImportFiles files, Func<Endpoints, string?> places)
    {
        string text = files.Read(path);
        bool isYaml = Path.GetExtension(path) is ".yaml" or ".yml" || text.Split('\n').Any(line => line.StartsWith("domains:", StringComparison.Ordinal));
        return isYaml ? PowerDnsGeo.Convert(path, text, places) : new ImportResult([PowerDnsZone.Convert(path, text, origin, files, places)]);
    }
}
