using System.CommandLine;
using System.Net;

namespace GslbServer;

/// <summary>Which node a command talks to, and with which token: the same flags on every such command.</summary>
internal sealed class ServerFlags
{
    public const string DefaultServer = "http://127.0.0.1:8053";

    private readonly CliHost _host;

    private readonly Option<string?> _server = new("--server") { HelpName = "URL", Description = $"Admin address of the node [default: {DefaultServer}]" };

    private readonly Option<string?> _tokenFile = new("--admin-token-file", "--token-file")
    {
        HelpName = "FILE",
        Description = "Bearer token for the node: the first in this file, as TOKEN, NAME:TOKEN or NAME ROLE TOKEN [default: GSLB_TOKEN or GSLB__ADMIN_TOKEN_FILE of the environment]",
    };

    /// <summary>For a command that needs no node, and asks it for words alone (<see cref="NodeWords"/>).</summary>
    public ServerFlags(CliHost host) => _host = host;

    public ServerFlags(CliHost host, Command command)
        : this(host)
    {
        command.Options.Add(_server);
        command.Options.Add(_tokenFile);
    }

    /// <exception cref="CliException">The URL or the token file cannot be used.</exception>
    public AdminClient Connect(ParseResult line) => new(ServerUrl(line), Token(line), _host);

    private Uri ServerUrl(ParseResult line)
    {
        string text = line.GetValue(_server) ?? _host.Environment.GetValueOrDefault("GSLB_SERVER") ?? OfLocalNode() ?? DefaultServer;
        string url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri : throw new CliException($"--server {text}: expected a URL such as {DefaultServer}");
    }

    /// <summary>A node started in this folder and environment listens where these say; what else is wrong with them is not this command's business.</summary>
    private string? OfLocalNode()
    {
        var ignored = new List<string>();
        var nothing = new Dictionary<string, IReadOnlyList<string>>();
        ServeSettings settings = ServeSettings.Read(nothing, null, _host, ignored);
        return settings["admin"] is { Values: [var text] } && IPEndPoint.TryParse(text, out IPEndPoint? admin) && admin.Port != 0
            ? $"http://{new IPEndPoint(admin.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : admin.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : admin.Address, admin.Port)}"
            : null;
    }

    private string? Token(ParseResult line)
    {
        if (line.GetValue(_tokenFile) is null && _host.Environment.GetValueOrDefault("GSLB_TOKEN") is { Length: > 0 } token)
        {
            return token;
        }

        string? asked = line.GetValue(_tokenFile);
        string? file = asked ?? _host.Environment.GetValueOrDefault("GSLB__ADMIN_TOKEN_FILE");
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }

        try
        {
            var read = AdminTokenFile.Parse(file, File.ReadAllText(Path.GetFullPath(file, _host.WorkingDirectory)));

            // The file of a node in this environment may well have hashes alone; then there is nothing to send, which for reading may do.
            return read.FirstSecret ?? (asked is null && read.Tokens.Count > 0 ? null : throw new CliException(read.Errors.Count > 0 ? read.Errors
                : [$"--admin-token-file {file}: holds no token{(read.Tokens.Count > 0 ? " to send, only hashes; expected a file with a token itself" : "")}"]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--admin-token-file {file}: cannot be read: {e.Message}");
        }
    }
}
