using System.CommandLine;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Where the commands on keys find them, the same flags on each: they work on files, and need no node.</summary>
internal sealed class KeysFolder
{
    private readonly CliHost _host;

    private readonly Option<string?> _keys = new("--keys")
    {
        HelpName = "DIR",
        Description = "The key directory [default: that of serve with this folder's gslb.json and environment, else .gslb/keys]",
    };

    public KeysFolder(CliHost host, Command command)
    {
        _host = host;
        command.Options.Add(_keys);
    }

    public KeyDirectory Directory(ParseResult line) => new(Path.GetFullPath(line.GetValue(_keys) ?? OfServe(), _host.WorkingDirectory));

    /// <summary>What is there for one zone.</summary>
    /// <exception cref="CliException">Any file of it is wrong: nothing is done on half of the keys.</exception>
    public static ZoneKeys Read(KeyDirectory directory, DomainName zone)
    {
        KeyDirectoryContents contents = directory.Read();
        string[] errors = [.. contents.Unclear, .. contents.Errors[zone]];
        return errors.Length > 0 ? throw new CliException(errors) : contents.Zones.GetValueOrDefault(zone, ZoneKeys.Empty(zone));
    }

    /// <summary>As <see cref="Read"/>, of a zone that has keys.</summary>
    /// <exception cref="CliException">It has none.</exception>
    public static ZoneKeys ReadExisting(KeyDirectory directory, DomainName zone) =>
        Read(directory, zone) is { Keys.Count: > 0 } found ? found : throw new CliException($"{zone} has no keys in {directory.Path}; make some with gslb keys create {zone}");

    /// <summary>Writes what a plan makes and changes: what is new first, so that what is interrupted goes on from there.</summary>
    /// <returns>The key that was made, if any.</returns>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static ZoneKey? Carry(KeyDirectory directory, ZoneKeys zone, KeyPlan plan, int rsaBits = 2048)
    {
        ZoneKey? made = plan.Create is { } wanted ? KeyBundleMaker.Make(zone.Zone, wanted, zone.Keys, rsaBits) : null;
        Write(() =>
        {
            if (made is not null)
            {
                directory.Write(made);
            }

            foreach (ZoneKey changed in plan.Change)
            {
                directory.Write(changed);
            }
        });
        return made;
    }

    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message);
        }
    }

    /// <summary>What a zone has now, as <c>gslb keys list --json</c> has it.</summary>
    public void PrintJson(KeyDirectory directory, DomainName zone) => _host.PrintJson(ZoneKeysView.Of(Read(directory, zone), _host.Time.GetUtcNow()));

    private string OfServe()
    {
        var ignored = new List<string>();
        ServeSettings settings = ServeSettings.Read(new Dictionary<string, IReadOnlyList<string>>(), null, _host, ignored);
        return settings["keys"] is { Values: [var keys] } ? keys : Path.Combine(settings["state"] is { Values: [var state] } ? state : new NodeOptions().StateDirectory, "keys");
    }
}
