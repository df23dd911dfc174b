using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Which probe answers for which kind of check.</summary>
internal static class ProbeKinds
{
    public static Func<CheckKind, IProbe> All(string? execDirectory)
    {
        var http = new HttpProbe();
        var tcp = new TcpProbe();
        var tls = new TlsProbe();
        var grpc = new GrpcProbe();
        var dns = new DnsProbe();
        var exec = new ExecProbe(execDirectory);
        var none = new NoneProbe();
        return kind => kind switch
        {
            CheckKind.Http or CheckKind.Https => http,
            CheckKind.Tcp => tcp,
            CheckKind.Tls => tls,
            CheckKind.Grpc => grpc,
            CheckKind.Dns => dns,
            CheckKind.Exec => exec,
            _ => none,
        };
    }
}
