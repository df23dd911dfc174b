namespace GslbServer;

public enum ProxyVersion
{
    None,
    V1,
    V2,
}
