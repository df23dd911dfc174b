using System.Globalization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A hash of gdnsd's configuration with those around it: what a key does not say here, it says further out.</summary>
internal sealed record GdnsdScope(VscfHash Own, GdnsdScope? Outer = null)
{
    /// <summary>Keys that are no labels of addresses in any resource.</summary>
    private static readonly string[] Settings = ["service_types", "up_thresh", "ignore_health", "multi", "plugin", "skip_first", "dcmap", "map", "datacenters", "undefined_datacenters_ok", "addrs_v4", "addrs_v6"];

    public VscfValue? this[string key] => Own[key] ?? Outer?[key];

    public string? Text(string key) => (this[key] as VscfString)?.Text;

    public bool Flag(string key) => string.Equals(Text(key), "true", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="InputException">There is something else.</exception>
    public int? Number(string key, int least, int most)
    {
        if (this[key] is not { } value) return null;
        return value is VscfString { Text: var text } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most ? number
            : throw new InputException($"{value.At}: {key}: expected a number from {least} to {most}");
    }

    /// <summary>The share of a resource that must be up; gdnsd's default is a half.</summary>
    public double UpThreshold => this["up_thresh"] is not { } value ? 0.5
        : value is VscfString { Text: var text } && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share)
            && share is > 0 and <= 1 ? share
        : throw new InputException($"{value.At}: up_thresh: expected a number above 0, at most 1");

    /// <summary>Labels with what they stand for: all of this hash but settings.</summary>
    public IEnumerable<KeyValuePair<string, VscfValue>> Labels => Own.Entries.Where(entry => !Settings.Contains(entry.Key));

    public GdnsdScope Below(VscfHash inner) => new(inner, this);

    public SourcePosition At => Own.At;
}
