using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Probing;

/// <summary>What is wrong with a server's certificate, in one short line.</summary>
internal static class CertificateText
{
    private const int NamesShown = 4;

    /// <returns>Null when the certificate is acceptable.</returns>
    public static string? Objection(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset utcNow)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "the server sent no certificate";
        X509Certificate2 leaf = certificate as X509Certificate2 ?? chain?.ChainElements.FirstOrDefault()?.Certificate ?? new X509Certificate2(certificate);
        // Out of date comes first: it is what people must act on, whatever else is wrong.
        if (leaf.NotAfter.ToUniversalTime() < utcNow.UtcDateTime)
            return $"certificate expired {Ago(utcNow.UtcDateTime - leaf.NotAfter.ToUniversalTime())} ago";
        if (leaf.NotBefore.ToUniversalTime() > utcNow.UtcDateTime)
            return $"certificate is not valid before {leaf.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"TLS name mismatch: certificate is for {Names(leaf)}";
        if (leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData))
            return "certificate is self-signed";
        string[] why = [.. (chain?.ChainStatus ?? []).Select(s => s.StatusInformation.Trim().TrimEnd('.')).Where(s => s.Length > 0).Distinct()];
        return $"certificate is not trusted: {(why.Length > 0 ? string.Join("; ", why) : $"issued by {leaf.Issuer}")}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternative is null
            ? [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]
            : [.. alternative.EnumerateDnsNames(), .. alternative.EnumerateIPAddresses().Select(a => a.ToString())];
        return names.Length == 0 ? "no name" : string.Join(", ", names.Take(NamesShown)) + (names.Length > NamesShown ? ", ..." : "");
    }

    private static string Ago(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => Count(time.TotalDays, "day"),
        { TotalHours: >= 1 } => Count(time.TotalHours, "hour"),
        _ => Count(Math.Ceiling(time.TotalMinutes), "minute"),
    };

    private static string Count(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{(int)number} {unit}{((int)number == 1 ? "" : "s")}");
}
