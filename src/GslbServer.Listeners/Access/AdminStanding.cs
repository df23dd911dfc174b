namespace GslbServer;

/// <summary>Among the features of a request that was let in: whether it would be now. Streams ask, for they outlive tokens.</summary>
internal sealed class AdminStanding(Func<bool> stillMay)
{
    public static bool Of(HttpContext http) => http.Features.Get<AdminStanding>()?.IsGood ?? true;

    private bool IsGood => stillMay();
}
