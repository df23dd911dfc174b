namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about certificates; there where any are in force.</summary>
internal sealed class TlsMetrics(CertificateStore certificates, TimeProvider time) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        const string Name = "gslb_balancer_certificate_days_left";
        bool isFirst = true;
        foreach ((string path, System.Security.Cryptography.X509Certificates.X509Certificate2 leaf) in certificates.All)
        {
            if (isFirst) text.Family(Name, "gauge", "Days until the certificate in force expires; below 0 it has.");
            isFirst = false;
            text.Sample(Name, (leaf.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalDays, ("file", path));
        }
    }
}
