namespace GslbServer.Dns;

/// <summary>EDNS option codes that this server acts on (IANA DNS parameters).</summary>
internal static class EdnsOption
{
    public const ushort Nsid = 3;
    public const ushort ClientSubnet = 8;
    public const ushort Cookie = 10;
    public const ushort TcpKeepAlive = 11;
    public const ushort Padding = 12;
    public const ushort ExtendedError = 15;
}
