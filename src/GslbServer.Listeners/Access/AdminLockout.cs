namespace GslbServer;

/// <summary>Among the features of a request whose token was not looked at, because too many wrong ones came from its address. What nobody needs a token for is answered all the same.</summary>
/// <param name="Wait">Until it would be.</param>
internal sealed record AdminLockout(TimeSpan Wait, string Problem)
{
    /// <returns>Null where the token was looked at.</returns>
    public static IResult? Of(HttpContext http) => http.Features.Get<AdminLockout>() is { } locked ? AdminRates.TooMany(http, locked.Wait, locked.Problem) : null;
}
