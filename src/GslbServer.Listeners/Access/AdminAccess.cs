using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer;

/// <summary>Who may do what: by token or client certificate, or where there are neither by where the peer is.</summary>
/// <param name="tokens">Null: state changes are taken from loopback peers, and from whoever shows a certificate of the authority, which is all that a handshake lets through.</param>
/// <param name="readsAreOpen">Whether what needs <see cref="AdminRole.Read"/> is told to anyone.</param>
internal sealed class AdminAccess(AdminTokens? tokens, bool readsAreOpen, AdminRates rates)
{
    private const string Scheme = "Bearer ";

    private static readonly string[] Forwarding = ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"];

    private AdminRole Anyones => readsAreOpen ? AdminRole.Read : AdminRole.None;

    /// <returns>The refusal; null when the caller may, who then is among the features.</returns>
    public IResult? Refuse(HttpContext http, AdminRole needed)
    {
        Found found = Who(http);
        http.Features.Set(found.Caller);
        if (found.Wait is { } locked)
        {
            http.Features.Set(new AdminLockout(locked, found.Problem));
        }

        if (found.Caller.Role >= needed)
        {
            return null;
        }

        if (found.Wait is { } wait)
        {
            return AdminRates.TooMany(http, wait, found.Problem);
        }

        if (tokens is null)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, found.Problem);
        }

        if (found.Caller.IsKnown)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, $"{Holder(found.Caller)} has the role {found.Caller.Role.Word()}; this needs {needed.Word()}.");
        }

        http.Response.Headers.WWWAuthenticate = http.Request.Headers.Authorization.Count == 0 ? "Bearer realm=\"gslb\"" : "Bearer realm=\"gslb\", error=\"invalid_token\"";
        return Problem.Of(StatusCodes.Status401Unauthorized, found.Problem);
    }

    /// <summary>Whether a caller whose request goes on may still: its token may have been taken out of the file since, or be over.</summary>
    public bool StillMay(HttpContext http, AdminRole needed)
    {
        string header = http.Request.Headers.Authorization.ToString();
        if (tokens is null || header.Length == 0)
        {
            return Who(http).Caller.Role >= needed;
        }

        // Nobody tries a token here: one that is gone counts as no wrong one.
        Found found = Holding(tokens, header, out bool isExpired) is { } token ? Of(token, isExpired, AdminCaller.Token) : Nobody("");
        return found.Caller.Role >= needed;
    }

    private Found Who(HttpContext http)
    {
        string header = http.Request.Headers.Authorization.ToString();
        if (tokens is not null && header.Length > 0)
        {
            return OfToken(tokens, header, http.Connection.RemoteIpAddress);
        }

        return http.Connection.ClientCertificate is { } certificate ? OfCertificate(certificate)
            : tokens is null ? OfPeer(http) : Nobody("This needs a bearer token of --admin-token-file.");
    }

    /// <summary>Why a file is not in force is for the log: whoever asks here has shown nothing.</summary>
    private Found OfToken(AdminTokens known, string header, IPAddress? peer)
    {
        if (rates.MayTry(peer) is { } wait)
        {
            return Nobody("Too many wrong tokens came from this address.") with { Wait = wait };
        }

        if (Holding(known, header, out bool isExpired) is not { } token)
        {
            rates.Failed(peer);
            return Nobody(known.IsEmpty ? "No token is accepted now; this program's log says why." : "The bearer token is none of this program's --admin-token-file.");
        }

        return Of(token, isExpired, AdminCaller.Token);
    }

    private static AdminToken? Holding(AdminTokens known, string header, out bool isExpired)
    {
        isExpired = false;
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? known.Find(header[Scheme.Length..].Trim(), out isExpired) : null;
    }

    /// <summary>The handshake has seen that an authority of ours vouches for it.</summary>
    private Found OfCertificate(X509Certificate2 certificate)
    {
        IReadOnlyList<string> names = ClientAuthority.NamesOf(certificate);
        string name = names.Count > 0 ? names[0] : certificate.Subject;
        if (tokens is null)
        {
            return new Found(new AdminCaller(name, AdminRole.Admin, AdminCaller.Certificate), "");
        }

        return tokens.FindCertificate(names, out bool isExpired) is { } line ? Of(line, isExpired, AdminCaller.Certificate)
            : Nobody($"The client certificate of {name} is in no line of --admin-token-file.");
    }

    /// <summary>What a proxy on this machine passes on comes from loopback too, and is for that no operator's.</summary>
    private Found OfPeer(HttpContext http) => http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer)
        && !Forwarding.Any(http.Request.Headers.ContainsKey)
        ? new Found(new AdminCaller(null, AdminRole.Admin, AdminCaller.Loopback), "") : Nobody("Without --admin-token-file state changes are accepted from loopback only.");

    /// <summary>A token never takes away what nobody needs one for.</summary>
    private Found Of(AdminToken token, bool isExpired, string by)
    {
        var caller = new AdminCaller(token.Name, (AdminRole)Math.Max((int)token.Role, (int)Anyones), by);
        return isExpired ? Nobody($"{Holder(caller)} expired at {token.Expires:u}.") : new Found(caller, "");
    }

    private Found Nobody(string problem) => new(new AdminCaller(null, Anyones, AdminCaller.Nothing), problem);

    private static string Holder(AdminCaller caller) => caller switch
    {
        { By: AdminCaller.Certificate } => $"The certificate of {caller.Name}",
        { Name: { } name } => $"The token of {name}",
        _ => "This token",
    };

    /// <param name="Problem">Why it is nobody's request.</param>
    /// <param name="Wait">Where nothing was looked at, because too much was wrong before.</param>
    private sealed record Found(AdminCaller Caller, string Problem, TimeSpan? Wait = null);
}
