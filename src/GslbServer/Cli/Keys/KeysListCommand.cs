using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb keys list</c>: each key with its state and what comes next.</summary>
internal sealed class KeysListCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly KeysFolder _folder;
    private readonly Argument<string?> _zone = new("ZONE") { Description = "One zone alone", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public KeysListCommand(CliHost host)
        : base("list", "Show keys, their state, and what comes next", "gslb keys list", "gslb keys list gslb.example.org --json")
    {
        ExitCodes = ExitCode.Verdict("all keys can be used", "files that cannot be used, which are named");
        _host = host;
        Arguments.Add(_zone);
        NodeWords.Zones(_zone, new ServerFlags(host));
        Options.Add(_json);
        _folder = new KeysFolder(host, this);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        KeyDirectory directory = _folder.Directory(line);
        KeyDirectoryContents contents = directory.Read();
        DomainName? only = line.GetValue(_zone) is { } text ? ZoneArgument.Read(text) : null;
        string[] errors = only is null ? [.. contents.AllErrors] : [.. contents.Unclear, .. contents.Errors[only]];
        ZoneKeysView[] zones = [.. contents.Zones.Values.Where(z => only is null || z.Zone.Equals(only)).OrderBy(z => z.Zone).Select(z => ZoneKeysView.Of(z, now))];
        if (line.GetValue(_json))
        {
            _host.Out.WriteLine(JsonSerializer.Serialize(zones, AdminJson.Indented));
        }
        else if (zones.Length == 0 && errors.Length == 0)
        {
            _host.Out.WriteLine($"no keys{(only is null ? "" : $" of {only}")} in {directory.Path}");
        }
        else
        {
            Write(zones, now);
        }

        return errors.Length > 0 ? throw new CliException(errors) : 0;
    }

    private void Write(ZoneKeysView[] zones, DateTimeOffset now)
    {
        KeysText.Table(zones, now, _host.Terminal).WriteTo(_host.Out, _host.Terminal, indent: "");
        foreach (string warning in zones.SelectMany(z => z.Warnings))
        {
            _host.Out.WriteLine(_host.Terminal.Warning("warning: " + warning));
        }
    }
}

/// <summary>Keys as a table, in <c>gslb keys list</c> and <c>gslb status</c>.</summary>
internal static class KeysText
{
    public static TextTable Table(IEnumerable<ZoneKeysView> zones, DateTimeOffset now, Terminal terminal)
    {
        var table = new TextTable("ZONE", "KEY", "ROLE", "STATE", "SINCE", "NEXT", "PRIVATE");
        foreach (ZoneKeysView zone in zones)
        {
            foreach (KeyView key in zone.Keys.Where(k => k.State != "removed"))
            {
                string state = key.State is "active" ? terminal.Good(key.State) : key.State;
                string next = key is { Next: { } what, NextAt: { } at } ? $"{what} in {Durations.FormatAge(at - now)}"
                    : key is { Role: "zsk", State: "active" } && zone.NextRoll is { } roll ? $"rolled in {Durations.FormatAge(roll - now)}" : "-";
                table.Add(zone.Zone, $"{key.Tag}/{key.Algorithm}", key.Role, state, Since(key)?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) ?? "-", next,
                    key.HasPrivate ? "here" : zone.BundleEnds is { } ends && key.Role != "zsk" ? $"bundle, for {Durations.FormatAge(ends - now)}" : terminal.Warning("not here"));
            }
        }

        return table;
    }

    private static DateTimeOffset? Since(KeyView key) => key.State switch { "future" => key.Created, "published" => key.Publish, "active" => key.Activate, "retired" => key.Inactive, _ => key.Delete };
}
