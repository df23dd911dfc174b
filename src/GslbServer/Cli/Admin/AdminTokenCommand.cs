using System.CommandLine;
using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb admin token NAME --role ROLE</c>: a new token, shown once, and its line for the file of <c>--admin-token-file</c>.</summary>
internal sealed class AdminTokenCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string> _name = new("NAME") { Description = "Who will hold it: the owner of what is done with it" };
    private readonly Option<string> _role = new("--role") { HelpName = "ROLE", Description = "read (look), operate (drains, drills, reload) or admin (everything)", Required = true };
    private readonly Option<string?> _expires = new("--expires") { HelpName = "TIME", Description = "When it ends: from now (90d) or a day or time (2027-01-31) [default: never]" };
    private readonly Option<string?> _append = new("--append") { HelpName = "FILE", Description = "Add the line to this token file, made if it is not there; then only the token is printed" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public AdminTokenCommand(CliHost host)
        : base("token", "Make a bearer token: it is shown once, the file gets its hash",
            "gslb admin token alice --role operate",
            "gslb admin token ci --role read --expires 90d --append /etc/gslb/tokens > ci-token")
    {
        Notes =
        [
            "The token file of a node (--admin-token-file) has a line for each: NAME ROLE sha256:HASH [expires=TIME]. Nodes read it again when it changes; to revoke a token, take its line out.",
            "Commands take a token from GSLB_TOKEN or --token-file FILE, programs send it as Authorization: Bearer TOKEN.",
        ];
        _host = host;
        _role.AcceptOnlyFromAmong("read", "operate", "admin");
        Arguments.Add(_name);
        foreach (Option option in (Option[])[_role, _expires, _append, _json])
        {
            Options.Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        string name = line.GetRequiredValue(_name);
        string secret = AdminToken.NewSecret();
        var token = new AdminToken(name, AdminRoles.Parse(line.GetRequiredValue(_role))!.Value, AdminToken.HashOf(secret), Expires(line.GetValue(_expires)));

        // Whether the file would take it, before anything is shown or written.
        if (AdminTokenFile.Parse("", token.ToLine()).Tokens is not [var read] || read.Name != name)
        {
            throw new CliException($"\"{name}\": expected a name of one word, without colons and not beginning with #") { HelpOf = "gslb admin token" };
        }

        string? file = line.GetValue(_append);
        if (file is not null)
        {
            Append(Path.GetFullPath(file, _host.WorkingDirectory), file, token.ToLine());
        }

        _host.Out.WriteLine(line.GetValue(_json) ? JsonSerializer.Serialize(new { token = secret, line = token.ToLine() }, AdminJson.Indented)
            : file is not null ? secret
            : $"token, shown this once   {secret}\nline for the token file  {token.ToLine()}");
        return 0;
    }

    private DateTimeOffset? Expires(string? text)
    {
        if (text is null)
        {
            return null;
        }

        DateTimeOffset now = _host.Time.GetUtcNow();
        DateTimeOffset? end = Durations.TryParse(text, out TimeSpan span) ? now + span : AdminTokenFile.TryTime(text, out DateTimeOffset? at) ? at : null;
        if (end > now) return end;
        string why = end is null ? "expected a time from now such as 90d, or a day or time such as 2027-01-31" : $"that has passed; it is {now:u}";
        throw new CliException($"--expires {text}: {why}") { HelpOf = "gslb admin token" };
    }

    private static void Append(string path, string file, string line)
    {
        try
        {
            bool isNew = !File.Exists(path);
            string before = isNew ? "" : File.ReadAllText(path);
            if (AdminTokenFile.Parse(file, before).Errors is { Count: > 0 } errors)
            {
                throw new CliException([.. errors, $"{file}: nothing was added"]);
            }

            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
            if (isNew && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.Write((before.Length == 0 || before.EndsWith('\n') ? "" : "\n") + line + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--append {file}: {e.Message}");
        }
    }
}
