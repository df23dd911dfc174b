using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>A status report as tables for people.</summary>
internal static class StatusText
{
    public static void Write(StatusReport status, DateTimeOffset now, TextWriter writer, Terminal terminal)
    {
        NodeStatus node = status.Node;
        writer.WriteLine($"{terminal.Strong(node.Name)}{(node.Region is null ? "" : $" in {node.Region}")}: "
            + (status.Healthy ? terminal.Good("healthy") : terminal.Bad("degraded"))
            + $", gslb {node.Version}, up {Durations.FormatAge(TimeSpan.FromSeconds(node.UptimeSeconds))}, shared state {status.Mode}");
        foreach (string reason in status.NotReady)
        {
            writer.WriteLine(terminal.Bad("not ready: " + reason));
        }

        foreach (string warning in status.Warnings)
        {
            writer.WriteLine(terminal.Warning("warning: " + warning));
        }

        Section("Regions", Regions(status, terminal));
        Section("Load", Load(status, terminal));
        Section("Names", Names(status, terminal));
        Section("Overrides", Overrides(status));
        Section("Nodes", Nodes(status, terminal));
        Section("Stores", Stores(status, terminal));
        Section("Zones", Zones(status));
        Section("Keys", KeysText.Table(status.Keys, now, terminal));
        Section("Zones from primaries", TransferText.Secondaries(status.Secondaries, terminal));
        Section("Told of new serials", TransferText.Notified(status.Notified, terminal));
        writer.WriteLine();
        writer.WriteLine($"{terminal.Strong("Latency")}: {LatencyText.Summary(status.Latency)}");

        void Section(string title, TextTable table)
        {
            if (!table.IsEmpty)
            {
                writer.WriteLine();
                writer.WriteLine(terminal.Strong(title));
                table.WriteTo(writer, terminal);
            }
        }
    }

    private static TextTable Regions(StatusReport status, Terminal terminal)
    {
        var table = new TextTable("REGION", "STATE", "ADDRESS", "CHECK", "VERDICT", "SEEN BY", "OVERRIDES");
        HashSet<string> silent = [.. status.Vantages.Where(node => node.IsSilent).Select(node => node.Node)];
        foreach (RegionStatus region in status.Regions)
        {
            string overrides = string.Join(", ", region.Overrides);
            if (region.Checks.Count == 0)
            {
                table.Add(region.Label, Painted(region.State, terminal), string.Join(", ", region.Addresses), "", "", "", overrides);
            }

            foreach ((int i, MonitorStatus check) in region.Checks.Index())
            {
                // Those that see the same together: on a good day that is everybody.
                string seen = string.Join("; ", check.Observations.Where(o => !silent.Contains(o.Node)).GroupBy(o => o.Detail).Select(same => $"{string.Join(' ', same.Select(o => o.Node))}: {same.Key}"));
                table.Add(i == 0 ? region.Label : "", i == 0 ? Painted(region.State, terminal) : "", check.Address, check.Check, Verdict(check, terminal), seen,
                    i == 0 ? overrides : "");
            }
        }

        return table;
    }

    private static TextTable Load(StatusReport status, Terminal terminal)
    {
        var table = new TextTable("REGION", "REQUESTS/S", "CAPACITY", "USE", "PRICE", "IN FLIGHT", "ERRORS", "P50/P99", "BALANCERS", "BACKENDS");
        foreach (RegionStatus region in status.Regions)
        {
            if (region.Load is not { } load)
            {
                continue;
            }

            string use = load.Utilisation is { } share ? share.ToString("0 %", CultureInfo.InvariantCulture) : "-";
            string balancers = Number(load.Balancers) + (load.Draining > 0 ? $", {load.Draining} draining" : "") + (load.NotServing > 0 ? $", {load.NotServing} not serving" : "");
            table.Add(region.Label, Decimal(load.Rps), load.Capacity is { } capacity ? Decimal(capacity) : "-", load.Utilisation >= LoadPrice.HardCap ? terminal.Bad(use) : use,
                $"{Decimal(load.PriceMs)} ms", Number(load.InFlight), load.Errors.ToString("0.0 %", CultureInfo.InvariantCulture), $"{Time(load.P50Milliseconds)}/{Time(load.P99Milliseconds)}",
                load.News is null ? balancers : terminal.Warning(balancers), $"{load.Backends} of {load.BackendsTotal}");
        }

        return table;

        static string Decimal(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
        static string Time(double? ms) => ms is { } known ? Decimal(known) + " ms" : "-";
    }

    private static string Verdict(MonitorStatus check, Terminal terminal) => check.SuppressedSeconds is not { } left ? Painted(check.Verdict, terminal)
        : terminal.Warning($"{check.Verdict}, suppressed after {check.Flaps} flaps, {Durations.FormatAge(TimeSpan.FromSeconds(left))} left");

    private static TextTable Names(StatusReport status, Terminal terminal)
    {
        var table = new TextTable("NAME", "POLICY", "TTL NOW", "TARGETS");
        foreach (NameStatus name in status.Names)
        {
            string ttl = name.TtlNow == name.Ttl ? Number(name.Ttl) : terminal.Warning($"{Number(name.TtlNow)} of {Number(name.Ttl)}");
            table.Add(name.Owner, name.Policy, ttl, string.Join(", ", name.Targets.Select(t => t.State == "up" ? t.Target : $"{t.Target} {Painted(t.State, terminal)}")));
        }

        return table;
    }

    private static TextTable Overrides(StatusReport status)
    {
        var table = new TextTable("TARGET", "STATE", "PHASE", "BY", "REASON", "AGE", "FROM", "UNTIL");
        foreach (OverrideView value in status.Overrides)
        {
            table.Add(value.Target, value.Percent == 100 ? value.State : $"{value.State} {value.Percent} %", OverrideProgress.Phase(value), value.Owner, value.Reason,
                Durations.FormatAge(TimeSpan.FromSeconds(value.AgeSeconds)), value.StartsAt is { } from ? Time(from) : "", value.ExpiresAt is { } until ? Time(until) : "undrained");
        }

        return table;
    }

    private static TextTable Nodes(StatusReport status, Terminal terminal)
    {
        var table = new TextTable("NODE", "REGION", "HEARD", "UP", "DOWN", "ZONES", "GEO", "LATENCY", "REVISION");
        foreach (VantageStatus vantage in status.Vantages)
        {
            string heard = vantage.Self ? "this node" : vantage.Leaving ? "left" : Durations.FormatAge(TimeSpan.FromSeconds(vantage.AgeSeconds)) + " ago";
            heard = vantage.IsSilent ? terminal.Bad(heard) : heard;
            heard += vantage.Witness ? ", witness" : "";
            string zones = vantage.SameConfig ? Short(vantage.Hashes.Zones) : terminal.Warning(Short(vantage.Hashes.Zones));
            table.Add(vantage.Node, vantage.Region ?? "-", heard, Number(vantage.Up), Number(vantage.Down), zones, Short(vantage.Hashes.Geo),
                vantage.LatencyMap.Length > 0 ? Short(vantage.LatencyMap) : "-", vantage.AppliedRevision);
        }

        return table;
    }

    /// <summary>Enough of a hash to see which nodes differ; JSON has all of it.</summary>
    private static string Short(string hash) => hash[..Math.Min(hash.Length, 8)];

    private static TextTable Stores(StatusReport status, Terminal terminal)
    {
        var table = new TextTable("STORE", "STATE", "LAST READ");
        foreach (StoreView store in status.Stores)
        {
            table.Add(store.Name, store.Reachable ? terminal.Good("reachable") : terminal.Bad(store.Error ?? "unreachable"),
                Durations.FormatAge(TimeSpan.FromSeconds(store.SinceLastReadSeconds)) + " ago");
        }

        return table;
    }

    private static TextTable Zones(StatusReport status)
    {
        var table = new TextTable("ZONE", "SERIAL", "HASH");
        foreach (ZoneStatus zone in status.Zones)
        {
            table.Add(zone.Name, Number(zone.Serial), zone.Hash);
        }

        return table;
    }

    private static string Painted(string state, Terminal terminal) => state switch
    {
        "up" => terminal.Good(state),
        "down" => terminal.Bad(state),
        "partial" or "drained" => terminal.Warning(state),
        _ => state,
    };

    private static string Time(DateTimeOffset at) => at.ToString("u", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
