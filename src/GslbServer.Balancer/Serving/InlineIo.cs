namespace GslbServer.Balancer;

/// <summary>Whether a request goes on on the thread that saw its octets come, without a way through the thread pool: as in nginx, one thread per processor waits for sockets and does their work.</summary>
/// <remarks>Saves a third of the processor time of a small request. In return nothing on a request's way may block: no waiting for a task, no locks held long, no files.</remarks>
internal static class InlineIo
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static bool IsPreferred => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Before any socket is made. The variable set to 0 keeps .NET's usual way.</summary>
    public static void Prefer()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) Environment.SetEnvironmentVariable(Variable, "1");
    }
}
