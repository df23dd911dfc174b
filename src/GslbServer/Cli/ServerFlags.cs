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

    private readonly Option<string?> _authority = new("--ca") { HelpName = "FILE", Description = "Authorities (PEM) that vouch for a node on https [default: GSLB_CA, else the system's]" };

    private readonly Option<string?> _certificate = new("--cert") { HelpName = "FILE", Description = "Client certificate (PEM), with its key there or in --key [default: GSLB_CERT]" };

    private readonly Option<string?> _key = new("--key") { HelpName = "FILE", Description = "Its key (PEM) [default: GSLB_KEY]" };

    /// <summary>For a command that needs no node, and asks it for words alone (<see cref="NodeWords"/>).</summary>
    public ServerFlags(CliHost host) => _host = host;

    /// <param name="meaning">Of <c>--server</c>, where no node is asked without it; null where one is.</param>
    public ServerFlags(CliHost host, Command command, string? meaning = null)
        : this(host)
    {
        _server.Description = meaning ?? _server.Description;
        foreach (Option option in (Option[])[_server, _tokenFile, _authority, _certificate, _key])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the command line names a node.</summary>
    public bool IsGiven(ParseResult line) => line.GetValue(_server) is not null;

    /// <exception cref="CliException">The URL, the token file or a certificate cannot be used.</exception>
    /// <param name="isQuiet">Nothing is said while it waits.</param>
    public AdminClient Connect(ParseResult line, bool isQuiet = false)
    {
        AdminTrust trust = AdminTrust.Read(Value(line, _authority, "GSLB_CA"), Value(line, _certificate, "GSLB_CERT"), Value(line, _key, "GSLB_KEY"), _host.WorkingDirectory);
        Uri server = ServerUrl(line);
        return server.Scheme == Uri.UriSchemeHttps || (line.GetValue(_authority) is null && line.GetValue(_certificate) is null)
            ? new AdminClient(server, Token(line), isQuiet ? _host with { Live = null } : _host, trust) : throw new CliException($"--ca and --cert are for https; --server is {server}");
    }

    private string? Value(ParseResult line, Option<string?> option, string variable) =>
        line.GetValue(option) ?? (_host.Environment.GetValueOrDefault(variable) is { Length: > 0 } value ? value : null);

    private Uri ServerUrl(ParseResult line)
    {
        string text = line.GetValue(_server) ?? _host.Environment.GetValueOrDefault("GSLB_SERVER") ?? OfLocalNode();
        string url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri : throw new CliException($"--server {text}: expected a URL such as {DefaultServer}");
    }

    /// <summary>A node started in this folder and environment listens where these say; what else is wrong with them is not this command's business.</summary>
    private string OfLocalNode()
    {
        var ignored = new List<string>();
        var nothing = new Dictionary<string, IReadOnlyList<string>>();
        ServeSettings settings = ServeSettings.Read(nothing, null, _host, ignored);
        string scheme = settings["admin-tls-cert"] is null ? "http" : "https";
        return settings["admin"] is { Values: [var text] } && IPEndPoint.TryParse(text, out IPEndPoint? admin) && admin.Port != 0
            ? $"{scheme}://{new IPEndPoint(admin.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : admin.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : admin.Address, admin.Port)}"
            : DefaultServer.Replace("http", scheme, StringComparison.Ordinal);
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
