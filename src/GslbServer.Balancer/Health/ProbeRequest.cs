namespace GslbServer.Balancer;

/// <summary>A request of an active check, told from all others by its type.</summary>
/// <param name="delay">Before it.</param>
/// <param name="timeout">From then on.</param>
internal sealed class ProbeRequest(HttpMethod method, Uri address, CheckSettings check, TimeSpan delay, TimeSpan timeout) : HttpRequestMessage(method, address)
{
    public CheckSettings Check => check;

    public TimeSpan Delay => delay;

    public TimeSpan Timeout => timeout;
}
