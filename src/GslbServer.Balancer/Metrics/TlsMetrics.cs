namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about certificates; there where any are in force.</summary>
internal sealed class TlsMetrics(CertificateStore certificates) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        const string Name = "gslb_balancer_certificate_expiry_timestamp_seconds";
        bool isFirst = true;
        foreach ((string path, System.Security.Cryptography.X509Certificates.X509Certificate2 leaf) in certificates.All)
        {
            if (isFirst) families.Family(Name, MetricKind.Gauge, "When the certificate in force expires, in seconds of the Unix epoch.");
            isFirst = false;
            families.Sample(Name, new DateTimeOffset(leaf.NotAfter.ToUniversalTime()).ToUnixTimeSeconds(), ("file", path));
        }
    }
}
