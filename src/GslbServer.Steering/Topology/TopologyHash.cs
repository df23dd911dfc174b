using System.Collections;
using System.Globalization;
using System.Text;

namespace GslbServer.Steering;

/// <summary>One number over everything that steers, so that people can see whether two nodes steer by the same rules.</summary>
internal static class TopologyHash
{
    public static string Of(Topology topology)
    {
        var text = new StringBuilder();
        foreach (Region region in topology.Regions)
            Line(text, region.Name, region.Latitude, region.Longitude, region.Bias, region.Capacity, region.Addresses, region.CnameTarget);
        foreach (Check check in topology.Checks)
            Line(text, check.Name, check.MinUp);
        foreach (Monitor monitor in topology.Monitors)
            Line(text, monitor.Key);
        foreach (SteeredName name in topology.Names)
        {
            Line(text, name.Owner, name.Ttl, name.TtlMin, name.Policy, name.LoadByGeo, name.Targets, name.Checks, name.Answers, name.UseSubnet, name.PersistIPv4,
                name.PersistIPv6, name.SpreadRandom, name.Ramp, name.ManualFailback, name.AllDown, name.AllDownTarget, name.Within, name.WithinPercent,
                name.StaticAddresses);
            foreach (PlaceRule rule in name.Map.Concat(name.Only).Concat(name.Except))
                Line(text, rule.Kind, rule.Code, rule.Asn, rule.Network, rule.Targets);
            Line(text, name.Map.Length, name.Only.Length, name.Except.Length);
            foreach (IEnumerable address in name.Monitors.SelectMany(target => target))
                Line(text, address);
        }

        return StableHash.Of(text.ToString()).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void Line(StringBuilder text, params ReadOnlySpan<object?> values)
    {
        foreach (object? value in values)
        {
            if (value is IEnumerable list and not string)
            {
                foreach (object item in list)
                    text.Append(CultureInfo.InvariantCulture, $"{item},");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{value}");
            }

            text.Append('|');
        }

        text.Append('\n');
    }
}
