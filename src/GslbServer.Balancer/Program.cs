namespace GslbServer.Balancer;

/// <summary>The regional L7 balancer, assembly <c>gslb-balancer</c>.</summary>
public static class Program
{
    public static int Main() => 0;
}
