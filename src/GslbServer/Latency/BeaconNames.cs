using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>The unique host names that beacons make browsers look up: <c>NONCE.b.example.org.</c>, a nonce of 8 to 63 letters and digits below a name of the zone's.</summary>
/// <param name="below">Absolute.</param>
public sealed class BeaconNames(DomainName below)
{
    private const int LeastNonce = 8;

    private readonly byte[] _below = below.Wire.ToArray();

    /// <param name="name">Wire form, in whatever case a resolver chose (draft-vixie-dnsext-dns0x20).</param>
    /// <param name="nonce">As it stands there.</param>
    public bool IsBeacon(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> nonce)
    {
        nonce = default;
        int length = name.Length - _below.Length - 1;
        if (length < LeastNonce || name[0] != length || !Ascii.EqualsIgnoreCase(name[(length + 1)..], _below))
        {
            return false;
        }

        nonce = name.Slice(1, length);
        foreach (byte octet in nonce)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet))
            {
                return false;
            }
        }

        return true;
    }
}
