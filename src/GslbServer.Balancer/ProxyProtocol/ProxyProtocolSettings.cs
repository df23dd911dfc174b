using System.Net;

namespace GslbServer.Balancer;

/// <summary><c>Balancer:ProxyProtocol</c>: HTTP listeners behind a balancer that tells who the client is.</summary>
public sealed record ProxyProtocolSettings : ICheckedSettings
{
    /// <summary>Ports on which every connection begins with a PROXY header, version 1 or 2.</summary>
    [Between("1", "65535")]
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Balancers that tell it; connections from elsewhere to these ports are refused.</summary>
    public IReadOnlyList<IPNetwork> AcceptFrom { get; init; } = [];

    /// <summary>The header comes within this.</summary>
    [Between("10ms", "1m")]
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public IEnumerable<string> Errors(string path)
    {
        if (Ports.Count > 0 && AcceptFrom.Count == 0) yield return $"{path}:AcceptFrom: missing, expected the networks of the balancers in front: anybody else could claim any address";
    }
}
