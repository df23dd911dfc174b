using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>RRsets of a request as a zone file.</summary>
internal static class RRsetText
{
    /// <param name="soa">The SOA to take where the request has none; null for none.</param>
    /// <param name="problem">What is wrong with the RRsets; null with a text.</param>
    public static string? Write(DomainName zone, IReadOnlyList<RRsetView> rrsets, ZoneRecord? soa, out string? problem)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"$ORIGIN {zone}\n");
        if (soa is not null && !rrsets.Any(set => "SOA".Equals(set?.Type, StringComparison.OrdinalIgnoreCase)))
            text.Append(CultureInfo.InvariantCulture, $"{soa}\n");
        problem = null;
        for (int i = 0; i < rrsets.Count; i++)
        {
            RRsetView? set = rrsets[i];
            problem = set is null || set.Name is not { Length: > 0 } || set.Type is not { Length: > 0 } || set.Records is not { Count: > 0 } ? "expected name, type, ttl and records"
                : !DomainName.TryParse(set.Name, zone, out _, out string? wrong) && set.Name != "@" ? $"\"{set.Name}\" is no domain name: {wrong}"
                : !RecordTypeName.TryParse(set.Type.ToUpperInvariant(), out _) ? $"\"{set.Type}\" is no type"
                : set.Records.Any(r => string.IsNullOrWhiteSpace(r) || r.Any(char.IsControl)) ? "a record is empty or has a line break" : null;
            if (problem is not null)
            {
                problem = $"rrsets[{i}]: {problem}";
                return null;
            }

            foreach (string record in set!.Records)
                text.Append(CultureInfo.InvariantCulture, $"{set.Name} {set.Ttl} IN {set.Type.ToUpperInvariant()} {record}\n");
        }

        return text.ToString();
    }
}
