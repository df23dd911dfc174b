using System.Globalization;
using GslbServer.State;

namespace GslbServer;

/// <summary>Sees to it that nothing is changed, and no attempt refused, without a word in the audit trail: what a route records by itself is left to it.</summary>
internal sealed class RefusalAudit(AuditTrail trail, TimeProvider time)
{
    /// <summary>Entries a minute about refusals, from one address and from all: whoever knocks on and on must not push others' entries out of the trail.</summary>
    private const int OfOne = 5, OfAll = 60;

    private const int MaxPath = 200;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = [];
    private TimeSpan _since = time.Now();
    private int _all;
    private long _silent;

    /// <summary>Of a state change that was refused for who asks or where from.</summary>
    public void Refused(HttpContext http, string why)
    {
        string more = "";
        lock (_gate)
        {
            if (time.Now() - _since >= Period)
            {
                (_since, _all) = (time.Now(), 0);
                _counts.Clear();
            }

            string from = http.Connection.RemoteIpAddress?.ToString() ?? "";
            if (_all >= OfAll || _counts.GetValueOrDefault(from) >= OfOne)
            {
                _silent++;
                return;
            }

            _all++;
            _counts[from] = _counts.GetValueOrDefault(from) + 1;
            more = _silent == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {_silent} more were refused before and not written down");
            _silent = 0;
        }

        trail.Add("refused", What(http), entry => With(entry, http) with { Result = $"refused: {why}{more}" });
    }

    /// <summary>Writes down each change that its route did not: who, from where, what, and the status it was answered with.</summary>
    public async Task CoverAsync(HttpContext http, RequestDelegate next)
    {
        if (!AdminSecurity.ChangesState(http))
        {
            await next(http);
            return;
        }

        int status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http);
            status = http.Response.StatusCode;
        }
        catch (BadHttpRequestException e)
        {
            status = e.StatusCode;
            throw;
        }
        finally
        {
            if (http.Features.Get<AuditMark>() is null && MayHaveChanged(status))
            {
                trail.Add("admin", What(http), entry => With(entry, http) with { Result = status.ToString(CultureInfo.InvariantCulture) });
                trail.Flush();
            }
        }
    }

    /// <summary>Asked for wrongly, or of what is not there: nothing was done.</summary>
    private static bool MayHaveChanged(int status) => status is < 400 or StatusCodes.Status409Conflict or >= 500;

    private static AuditEntry With(AuditEntry entry, HttpContext http) => entry with { Who = OverrideOwner.Of(null, http), Origin = OverrideOwner.OriginOf(http) };

    private static string What(HttpContext http)
    {
        string path = http.Request.Path.ToUriComponent();
        return $"{http.Request.Method} {(path.Length <= MaxPath ? path : path[..MaxPath] + "...")}";
    }
}

/// <summary>Among the features of a request that its route wrote down itself.</summary>
internal sealed record AuditMark
{
    public static void Set(HttpContext http) => http.Features.Set(new AuditMark());
}
