using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One item of <c>--transfer-allow</c>: a network, or whoever signs with a key.</summary>
public sealed record TransferRule(IPNetwork? Network, DomainName? Key)
{
    public override string ToString() => Key is null ? Network.ToString()! : $"key:{Key}";
}

/// <summary>Who may transfer zones out. Without a rule nobody, loopback included.</summary>
public sealed class TransferRules(IReadOnlyList<TransferRule> rules)
{
    private readonly ClientNetworks _networks = new([.. rules.Select(r => r.Network).OfType<IPNetwork>()]);
    private readonly HashSet<DomainName> _keys = [.. rules.Select(r => r.Key).OfType<DomainName>()];

    public bool IsEmpty => rules.Count == 0;

    /// <param name="key">With which the request is signed, and verified; null for none.</param>
    public bool Allows(in Client client, TsigKey? key) => (key is not null && _keys.Contains(key.Name)) || _networks.Allows(client);
}
