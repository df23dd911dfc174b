namespace GslbServer.Dns;

/// <summary>Which address types a steered name may ever answer, whoever asks: its denials name the same types for all clients.</summary>
[Flags]
public enum AddressTypes
{
    None = 0,
    IPv4 = 1,
    IPv6 = 2,
}
