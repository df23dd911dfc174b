using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace GslbServer.State;

/// <summary>StackExchange.Redis configuration strings, <c>host:port[,host:port...][,option=value...]</c>, with what they lack: files of certificates.</summary>
internal static class RedisConfiguration
{
    /// <summary>PEM file of the authorities that may vouch for the server, instead of the system's.</summary>
    private const string Authorities = "sslCa";

    /// <summary>PEM files of this node's own certificate and key, for a server that wants one.</summary>
    private const string Certificate = "sslCert", CertificateKey = "sslKey";

    private static readonly string[] Files = [Authorities, Certificate, CertificateKey];

    /// <exception cref="ArgumentException">An option that is unknown or has a bad value.</exception>
    /// <exception cref="IOException">A file of certificates cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="CryptographicException">It holds no certificate, or the key is another's.</exception>
    public static ConfigurationOptions Parse(string configuration)
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var others = new List<string>();
        foreach (string part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && Files.Contains(part[..equals].TrimEnd(), StringComparer.OrdinalIgnoreCase))
                files[part[..equals].TrimEnd()] = part[(equals + 1)..].TrimStart();
            else
                others.Add(part);
        }

        ConfigurationOptions options = others.Count == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(string.Join(',', others));
        if (files.Count > 0)
            UseFiles(options, files);
        return options;
    }

    /// <summary>Values of options other than files: any may be a secret, or be one by mistake.</summary>
    public static IEnumerable<string> Values(string configuration) => configuration.Split(',').Select(part => part.Split('=', 2))
        .Where(option => option.Length == 2 && !Files.Contains(option[0].Trim(), StringComparer.OrdinalIgnoreCase)).Select(option => option[1].Trim()).Where(value => value.Length > 0);

    /// <summary>The endpoints, for people; no secrets.</summary>
    public static string NameOf(ConfigurationOptions options)
    {
        int port = options.ServiceName is null ? options.Ssl ? 6380 : 6379 : 26379;
        string endpoints = string.Join(',', options.EndPoints.Select(endpoint => endpoint switch
        {
            DnsEndPoint dns => $"{dns.Host}:{(dns.Port == 0 ? port : dns.Port)}",
            IPEndPoint ip => new IPEndPoint(ip.Address, ip.Port == 0 ? port : ip.Port).ToString(),
            _ => endpoint.ToString(),
        }));
        return options.ServiceName is null ? $"redis {endpoints}" : $"redis {options.ServiceName} of {endpoints}";
    }

    private static void UseFiles(ConfigurationOptions options, Dictionary<string, string> files)
    {
        if (!options.Ssl)
            throw new ArgumentException($"{files.Keys.First()} is of no use without ssl=true");
        if (files.ContainsKey(Certificate) != files.ContainsKey(CertificateKey))
            throw new ArgumentException($"{Certificate} and {CertificateKey} belong together");
        X509Certificate2Collection? authorities = null, own = null;
        if (files.TryGetValue(Authorities, out string? path))
        {
            authorities = [];
            authorities.ImportFromPemFile(path);
            if (authorities.Count == 0)
                throw new CryptographicException($"{path} holds no certificate (expected PEM)");
        }

        if (files.TryGetValue(Certificate, out path))
            own = [X509Certificate2.CreateFromPemFile(path, files[CertificateKey])];
        (string? host, SslProtocols protocols, bool checks) = (options.SslHost, options.SslProtocols ?? SslProtocols.None, options.CheckCertificateRevocation);
        options.SslClientAuthenticationOptions = target => new SslClientAuthenticationOptions
        {
            TargetHost = host ?? target,
            ClientCertificates = own,
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = authorities is null ? null : Trusting(authorities),
            CertificateRevocationCheckMode = checks && authorities is null ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
    }

    /// <summary>A private authority seldom publishes revocations.</summary>
    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
