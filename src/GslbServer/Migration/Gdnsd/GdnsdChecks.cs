using System.Globalization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>gdnsd's service types as CHECK (gdnsd.config(5), SERVICE_TYPES).</summary>
/// <param name="types">The hash <c>service_types</c>; null for none.</param>
internal sealed class GdnsdChecks(VscfHash? types, ZoneDraft draft)
{
    /// <summary>gdnsd's defaults.</summary>
    private const int Interval = 10, UpThreshold = 20, DownThreshold = 10;

    /// <summary>Bounds of CHECK.</summary>
    private const int MostInARow = 100;

    /// <param name="minUp">Addresses of a family that must be up.</param>
    public IReadOnlyList<HealthCheck> Of(GdnsdScope scope, int minUp)
    {
        List<HealthCheck> checks = [];
        foreach (VscfString name in (scope["service_types"]?.Items ?? []).OfType<VscfString>())
        {
            if (name.Text == "up") continue;
            if (name.Text == "down")
            {
                draft.Note("service_types down", "a check that always fails is not carried over", "take the name out, or drain its region", name.At);
                continue;
            }

            VscfHash type = types?.Hash(name.Text) ?? throw new InputException($"{name.At}: the service type \"{name.Text}\" is not defined");
            if (Words(name.Text, new GdnsdScope(type)) is not { } words) continue;
            checks.Add(minUp > 1 ? new HealthCheck($"{name.Text}-min{minUp.ToString(CultureInfo.InvariantCulture)}",
                $"{words} min-up={minUp.ToString(CultureInfo.InvariantCulture)}") : new HealthCheck(name.Text, words));
        }

        return checks;
    }

    /// <returns>Null where there is no check like it.</returns>
    private string? Words(string name, GdnsdScope type)
    {
        string plugin = type.Text("plugin") ?? throw new InputException($"{type.At}: the service type \"{name}\" names no plugin");
        List<string>? words = plugin switch
        {
            "http_status" => Http(type),
            "tcp_connect" => ["tcp", $"port={Text(type.Number("port", 1, 65535) ?? throw new InputException($"{type.At}: the service type \"{name}\" names no port"))}"],
            "extmon" => Command(name, type),
            "static" when type.Text("state") is null or "UP" => null,
            _ => Unknown(name, plugin, type.At),
        };
        if (words is null) return null;
        int every = type.Number("interval", 1, 3600) ?? Interval;
        words.Add($"every={Text(every)}s");
        words.Add(type.Number("timeout", 1, 3600) is { } timeout ? $"timeout={Text(timeout)}s" : $"timeout={Text(every * 500)}ms");
        words.Add($"fall={Text(InARow("down_thresh", DownThreshold))}");
        words.Add($"rise={Text(InARow("up_thresh", UpThreshold))}");
        if (type["ok_thresh"] is { } ok) draft.Note($"service type {name}", "ok_thresh is not carried over: fall= counts failures in a row, gdnsd all since ok_thresh successes in a row", "lower fall= for a lossy path", ok.At);
        return string.Join(' ', words);

        int InARow(string key, int otherwise)
        {
            int given = type.Number(key, 1, 65535) ?? otherwise;
            if (given > MostInARow) draft.Note($"service type {name}", $"{key} {Text(given)} becomes {Text(MostInARow)}, the most that fall= and rise= take",
                null, type[key]!.At);
            return Math.Min(given, MostInARow);
        }
    }

    private static List<string> Http(GdnsdScope type)
    {
        List<string> words = ["http"];
        if (type.Number("port", 1, 65535) is { } port) words.Add($"port={Text(port)}");
        if (type.Text("url_path") is { } path) words.Add(HealthCheck.Word($"path={(path.StartsWith('/') ? path : "/" + path)}"));
        if (type.Text("vhost") is { } host) words.Add(HealthCheck.Word($"host={host}"));
        string[] codes = type["ok_codes"]?.Texts.ToArray() ?? [];
        words.Add(HealthCheck.Word($"expect={(codes.Length > 0 ? string.Join(',', codes) : "200")}"));
        return words;
    }

    private List<string> Command(string name, GdnsdScope type)
    {
        string[] command = type["cmd"]?.Texts.ToArray() ?? [];
        if (command.Length == 0) throw new InputException($"{type.At}: the service type \"{name}\" names no cmd");
        string program = ZoneDraft.LabelOf(name);
        string line = string.Join(' ', command.Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'"
            : word)).Replace("%%ITEM%%", "\"$GSLB_ADDRESS\"", StringComparison.Ordinal);
        draft.Note($"service type {name}", "extmon runs a command of its own",
            $"put a script {program} that runs {line} into the folder of gslb serve --exec-dir", type.At);
        if (type.Flag("direct")) draft.Note($"service type {name}", "direct is not carried over", "lower fall= and rise= to 1", type["direct"]!.At);
        return ["exec", $"command={program}"];
    }

    private List<string>? Unknown(string name, string plugin, SourcePosition at)
    {
        draft.Note($"service type {name}", $"the plugin {plugin} is not carried over: what it checks counts as up", plugin == "extfile"
            ? "give it a CHECK exec that looks into the file, or let what writes the file call gslb down and gslb up" : "give it a CHECK", at);
        return null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
