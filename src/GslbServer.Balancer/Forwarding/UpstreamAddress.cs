using System.Net;

namespace GslbServer.Balancer;

/// <summary>Where a destination's plain HTTP/1.1 is spoken, from an address such as <c>http://10.0.0.1:8080/base/</c>.</summary>
/// <param name="Prefix">As configured.</param>
/// <param name="Authority">What the Host header says if the client's is not kept.</param>
/// <param name="PathBase">Stands before each path; empty or <c>/base</c>, without a slash at the end.</param>
internal sealed record UpstreamAddress(string Prefix, EndPoint EndPoint, string Authority, string PathBase)
{
    /// <returns>Null for what is not plain HTTP.</returns>
    public static UpstreamAddress? Parse(string prefix)
    {
        if (!Uri.TryCreate(prefix, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0) return null;
        EndPoint endPoint = IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out IPAddress? address) ? new IPEndPoint(address, uri.Port) : new DnsEndPoint(uri.IdnHost, uri.Port);
        return new UpstreamAddress(prefix, endPoint, uri.Authority, uri.AbsolutePath.TrimEnd('/'));
    }
}
