using System.Net;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary><c>--admin-tls-cert</c> and <c>--admin-client-ca</c>: the admin listener on HTTPS, and certificates in place of tokens.</summary>
public sealed class AdminTlsTests : IAsyncLifetime
{
    private const string Token = "a-token-of-these-tests-alone";

    private readonly TestAuthority _authority = new("authority"), _stranger = new("stranger");
    private readonly AdminNode _node = new();
    private AdminTlsOptions _tls = null!;

    public Task InitializeAsync()
    {
        (string certificate, string key) = _authority.Server("server", "127.0.0.1", "gslb-admin.example");
        _tls = new AdminTlsOptions(certificate, key, _authority.CertificateFile);
        return _node.StartAsync(withTokens: true, $"rita read cert:rita\nolga operate cert:olga.example\nadam admin {Token}\n", options => options with { AdminTls = _tls, AdminReadOpen = false });
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task A_certificate_is_its_lines_role_and_without_one_a_token_is_needed()
    {
        Assert.Equal((200, 403), await AskAsync(_authority.Client("rita", "rita")));
        Assert.Equal((200, 200), await AskAsync(_authority.Client("olga", "somebody", "olga.example")));
        Assert.Equal((401, 401), await AskAsync(_authority.Client("eve", "eve")));
        Assert.Equal((401, 401), await AskAsync(null));
        Assert.Equal((200, 200), await AskAsync(null, Token));
        Assert.Equal((401, 401), await AskAsync(_authority.Client("olga", "somebody", "olga.example"), "a-wrong-one"));
    }

    [Fact]
    public async Task Certificates_of_strangers_and_those_of_servers_do_not_pass_the_handshake()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(_stranger.Client("rita", "rita")));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(_authority.Server("rita", "rita")));
    }

    [Fact]
    public async Task Commands_speak_https_and_show_certificates()
    {
        (string certificate, string key) = _authority.Client("olga", "somebody", "olga.example");
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("admin", "whoami", "--server", _node.Url.ToString(), "--ca", _authority.CertificateFile, "--cert", certificate, "--key", key));
        Assert.Equal("olga, role operate, by certificate\n", run.Out);

        using var token = new CommandRun();
        token.Environment["GSLB_TOKEN"] = Token;
        token.Environment["GSLB_CA"] = _authority.CertificateFile;
        Assert.Equal(0, await token.RunAsync("drain", "us-east", "--reason", "x", "--server", _node.Url.ToString()));
        Assert.Contains("(by adam: x)", token.Out);
    }

    [Fact]
    public async Task Commands_trust_no_certificate_but_those_that_they_were_told_to()
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("admin", "whoami", "--server", _node.Url.ToString(), "--ca", _stranger.CertificateFile));
        Assert.StartsWith($"gslb: no secure connection to {_node.Url}: ", Assert.Single(run.Errors));

        using var name = new CommandRun();
        string other = $"https://127.0.0.2:{_node.Url.Port}";
        Assert.Equal(1, await name.RunAsync("admin", "whoami", "--server", other, "--ca", _authority.CertificateFile));

        using var file = new CommandRun();
        Assert.Equal(1, await file.RunAsync("admin", "whoami", "--server", _node.Url.ToString(), "--ca", file.WriteFile("ca.pem", "nothing")));
        Assert.Equal($"gslb: --ca {Path.Combine(file.Host.WorkingDirectory, "ca.pem")}: cannot be used: no certificate in it, expected PEM", Assert.Single(file.Errors));
    }

    [Fact]
    public async Task A_new_certificate_is_taken_over_and_a_bad_one_is_not()
    {
        string first = await ServedAsync();
        await File.WriteAllTextAsync(_tls.CertificateFile, "nothing");
        await Task.Delay(3 * FileWatch.Interval, TimeProvider.System);
        Assert.Equal(first, await ServedAsync());
        _authority.Server("server", "127.0.0.1");
        for (int i = 0; i < 100 && await ServedAsync() == first; i++)
        {
            await Task.Delay(FileWatch.Interval / 4, TimeProvider.System);
        }

        Assert.NotEqual(first, await ServedAsync());
    }

    [Fact]
    public async Task Names_of_the_certificate_are_names_of_the_node()
    {
        Assert.Equal((200, 200), await AskAsync(null, Token, "gslb-admin.example"));
        Assert.Equal((421, 421), await AskAsync(null, Token, "gslb-admin.example.org"));
    }

    [Fact]
    public async Task Plain_HTTP_gets_no_answer()
    {
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://127.0.0.1:{_node.Url.Port}/healthz"));
    }

    [Theory]
    [InlineData("--admin-tls-cert: needs --admin-tls-key too", "admin-tls-cert")]
    [InlineData("--admin-tls-key: needs --admin-tls-cert too", "admin-tls-key")]
    [InlineData("--admin-client-ca: needs --admin-tls-cert too", "admin-client-ca")]
    public void Options_that_need_each_other_say_so(string error, string option)
    {
        using var run = new CommandRun();
        Assert.Contains(error, run.Serve((option, run.WriteFile("a.pem"))).Errors);
    }

    [Fact]
    public void Reading_is_closed_only_where_something_opens_it()
    {
        using var run = new CommandRun();
        Assert.Equal("--admin-read-open: with no, reading needs a token of --admin-token-file or a certificate of --admin-client-ca, and there is neither", Assert.Single(run.Serve(("admin-read-open", "no")).Errors));
    }

    /// <returns>The status of a read, and of an operator's change.</returns>
    private async Task<(int Read, int Operate)> AskAsync((string Certificate, string Key)? client, string? token = null, string? host = null)
    {
        using HttpClient http = Http(client, _ => { });
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        http.DefaultRequestHeaders.Host = host;
        Assert.Equal(host is "gslb-admin.example.org" ? 421 : 200, (int)(await http.GetAsync("healthz")).StatusCode);
        return ((int)(await http.GetAsync("api/v1/status")).StatusCode, (int)(await http.PostAsync("api/v1/reload", null)).StatusCode);
    }

    private async Task<string> ServedAsync()
    {
        string served = "";
        using HttpClient http = Http(null, certificate => served = certificate.GetCertHashString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz")).StatusCode);
        return served;
    }

    private HttpClient Http((string Certificate, string Key)? client, Action<X509Certificate> seen)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen(certificate!);
            return true;
        };
        if (client is { } pair)
        {
            X509Certificate2 own = X509Certificate2.CreateFromPemFile(pair.Certificate, pair.Key);
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        return new HttpClient(handler) { BaseAddress = _node.Url };
    }
}
