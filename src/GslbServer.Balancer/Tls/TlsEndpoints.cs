using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GslbServer.Balancer;

/// <summary>Gives Kestrel's https endpoints the certificates of <c>Balancer:Tls</c>; those with a certificate of their own keep it.</summary>
internal static class TlsEndpoints
{
    /// <summary>Ports of https endpoints that name no certificate, from <c>urls</c> and <c>Kestrel:Endpoints</c>.</summary>
    public static HashSet<int> Ports(IConfiguration configuration)
    {
        IConfigurationSection[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren()];
        IEnumerable<string> urls = endpoints.Length > 0
            ? endpoints.Where(endpoint => !endpoint.GetSection("Certificate").Exists() && !endpoint.GetSection("Sni").Exists()).Select(endpoint => endpoint["Url"] ?? "")
            : (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. urls.Where(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)).Select(url => BindingAddress.Parse(url).Port)];
    }

    public static void UseCertificates(this ListenOptions listener, Func<CertificateStore> store) => listener.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = context => ValueTask.FromResult(Options(store(), context.ClientHelloInfo.ServerName)),
    });

    /// <exception cref="AuthenticationException">No certificate is for that name, and the settings are strict.</exception>
    private static SslServerAuthenticationOptions Options(CertificateStore store, string serverName)
    {
        (ServerCertificates certificates, TlsSettings settings, X509Certificate2Collection? authorities) = store.Server;
        CertificateFile certificate = certificates.Find(serverName) ?? throw new AuthenticationException("no certificate for this name");
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = TlsVersion.From(settings.MinimumVersion),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (settings.ClientCertificates == ClientCertificates.None) return options;
        bool isRequired = settings.ClientCertificates == ClientCertificates.Required;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = Trusting(authorities ?? []);
        options.RemoteCertificateValidationCallback = (_, client, _, errors) => client is null ? !isRequired : errors == SslPolicyErrors.None;
        return options;
    }

    /// <summary>These authorities and no others.</summary>
    public static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
