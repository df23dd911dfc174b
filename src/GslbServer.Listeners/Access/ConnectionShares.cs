using System.Net;

namespace GslbServer;

/// <summary>How many connections one address, or one /64 of IPv6, has open. Loopback has as many as it likes: who is on this machine has shorter ways to load it.</summary>
/// <param name="most">Of one.</param>
internal sealed class ConnectionShares(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];

    /// <returns>False where it has its share already; else the place is given back by <see cref="Leave"/>.</returns>
    public bool Enter(IPAddress? peer)
    {
        IPAddress prefix = AdminRates.PrefixOf(peer);
        lock (_gate)
        {
            int open = _open.GetValueOrDefault(prefix);
            if (open >= most && !IPAddress.IsLoopback(prefix))
            {
                return false;
            }

            _open[prefix] = open + 1;
            return true;
        }
    }

    /// <param name="peer">As it entered.</param>
    public void Leave(IPAddress? peer)
    {
        IPAddress prefix = AdminRates.PrefixOf(peer);
        lock (_gate)
        {
            if (--_open[prefix] == 0)
            {
                _open.Remove(prefix);
            }
        }
    }
}
