namespace GslbServer.Balancer;

/// <summary>Decides whether a request may go on to its backend. A program that hosts the balancer registers its own; <c>Balancer:Waf</c> asks another process over HTTP.</summary>
public interface IRequestGuard
{
    /// <summary>May change the request's headers, which the backend then sees.</summary>
    /// <returns>False if the request ends here: the guard has set the answer.</returns>
    ValueTask<bool> AdmitAsync(HttpContext context);
}
