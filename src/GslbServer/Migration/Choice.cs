using System.Globalization;
using System.Text;

namespace GslbServer;

/// <summary>What a name of another system answers with, as our language can say it: a tree whose leaves become REGION, and whose other nodes become STEER.
/// Each system's mapper makes such trees, and
/// <see cref="ZoneDraft"/> writes them.</summary>
/// <param name="Label">What it should be called where it needs a name of its own; others may have that name already.</param>
internal abstract record Choice(string Label)
{
    public bool HasIPv4 => Has("A");

    public bool HasIPv6 => Has("AAAA");

    /// <summary>Some health check decides about some of it.</summary>
    public bool IsChecked => this is Steer steer && (steer.Checks.Count > 0 || steer.Targets.Any(target => target.Choice.IsChecked));

    /// <summary>A CNAME stands for both families.</summary>
    private bool Has(string type) => this switch
    {
        Endpoints endpoints => endpoints.Records.Any(record => record.Type == type || record.Type == "CNAME"),
        Steer steer => steer.Targets.Any(target => target.Choice.Has(type)),
        _ => true,
    };
}

/// <summary>Addresses or one CNAME that are answered together: a REGION.</summary>
/// <param name="Place">Latitude and longitude as REGION has them; null where the other system does not say.</param>
internal sealed record Endpoints(string Label, IReadOnlyList<(string Type, string Data)> Records, string? Place = null) : Choice(Label);

/// <summary>A name that the zone has already: a region or a steered name.</summary>
internal sealed record Existing(string Name) : Choice(Name);

/// <summary>A choice among targets: a STEER.</summary>
/// <param name="Policy">As STEER has it.</param>
internal sealed record Steer(string Label, string Policy, IReadOnlyList<SteerTarget> Targets) : Choice(Label)
{
    public IReadOnlyList<SteerRule> Rules { get; init; } = [];

    public IReadOnlyList<HealthCheck> Checks { get; init; } = [];

    /// <summary>More keys, as STEER has them.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];
}

/// <param name="Weight">Null for a policy without weights.</param>
internal sealed record SteerTarget(Choice Choice, int? Weight = null);

/// <param name="Key"><c>map</c> or <c>only</c>.</param>
/// <param name="Place">A PLACE.</param>
/// <param name="Targets">Indices of targets, the first choice first.</param>
internal sealed record SteerRule(string Key, string Place, IReadOnlyList<int> Targets);

/// <param name="Words">RDATA of a CHECK.</param>
internal sealed record HealthCheck(string Label, string Words)
{
    /// <summary>What is asked instead of the addresses of a region, for all of them.</summary>
    public IReadOnlyList<(Endpoints Region, string Address)> Probes { get; init; } = [];

    /// <summary>One word of the zone language: in quotes where it needs them, octets that are no ASCII as <c>\\DDD</c>.</summary>
    public static string Word(string word)
    {
        var text = new StringBuilder();
        bool needsQuotes = false;
        foreach (byte octet in Encoding.UTF8.GetBytes(word))
        {
            needsQuotes |= octet is (byte)' ' or (byte)';' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'\\';
            if (octet is < 0x20 or > 0x7E) text.Append(CultureInfo.InvariantCulture, $"\\{octet:000}");
            else text.Append(octet is (byte)'"' or (byte)'\\' ? "\\" : "").Append((char)octet);
        }

        return needsQuotes ? $"\"{text}\"" : text.ToString();
    }
}
