using System.Globalization;

namespace GslbServer;

/// <summary>Zones that come and go, as tables for people.</summary>
internal static class TransferText
{
    public static TextTable Secondaries(IReadOnlyList<SecondaryStatus> zones, Terminal terminal)
    {
        var table = new TextTable("ZONE", "STATE", "SERIAL", "PRIMARIES", "LAST TRANSFER", "NEXT REFRESH", "EXPIRES");
        foreach (SecondaryStatus zone in zones)
        {
            string state = zone.State switch { "serving" => terminal.Good(zone.State), "refreshing" => terminal.Warning(zone.State), _ => terminal.Bad(zone.State) };
            string name = zone.IsCatalog ? $"{zone.Zone} (catalog)" : zone.Catalog is null ? zone.Zone : $"{zone.Zone} (of {zone.Catalog})";
            table.Add(name, state, zone.Serial?.ToString(CultureInfo.InvariantCulture) ?? "-", string.Join(", ", zone.Primaries), zone.LastTransfer ?? "-", Time(zone.NextRefreshAt), Time(zone.ExpiresAt));
        }

        return table;
    }

    public static TextTable Notified(IReadOnlyList<NotifyStatus> notified, Terminal terminal)
    {
        var table = new TextTable("SERVER", "ZONE", "SERIAL", "HEARD", "ATTEMPTS");
        foreach (NotifyStatus one in notified)
        {
            table.Add(one.Target, one.Zone, one.Serial.ToString(CultureInfo.InvariantCulture), one.Heard ? terminal.Good("yes") : terminal.Bad(one.Problem ?? "no"),
                one.Attempts.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static string Time(DateTimeOffset? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? "-";
}
