using System.Globalization;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>GET /api/v1/audit</c>.</summary>
/// <param name="Entries">In order; the newest last.</param>
/// <param name="Problems">What is wrong with the copy on this node's disk: altered or missing entries, or that it cannot be written.</param>
/// <param name="Cursor">Asked with it, the next answer has only what this node learned since.</param>
internal sealed record AuditReport(IReadOnlyList<AuditEntry> Entries, IReadOnlyList<string> Problems, string Cursor);

/// <summary>Finds entries of the audit trail; everything that is wrong with a question at once.</summary>
internal static class AuditQuery
{
    public static readonly IReadOnlyList<string> Kinds = ["override", "transition", "reload", "drill", "zone", "update", "keys", "admin", "refused"];

    public const int DefaultLimit = 100;

    public static IResult Run(Node node, DateTimeOffset utcNow, string? since, string? target, string? kind, string? limit, string? cursor)
    {
        var errors = new List<string>();
        DateTimeOffset? from = null;
        if (since is not null && !TrySince(since, utcNow, out from))
        {
            errors.Add($"since: \"{since}\"; expected a time such as 2026-11-21T22:30:00Z, or an age such as 2h");
        }

        if (kind is not null && !Kinds.Contains(kind))
        {
            errors.Add($"kind: \"{kind}\"; expected {string.Join(", ", Kinds)}");
        }

        int count = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= AuditTrail.Capacity))
        {
            errors.Add($"limit: \"{limit}\"; expected 1 to {AuditTrail.Capacity}");
        }

        long known = 0;
        string[]? mark = cursor?.Split('-');
        if (mark is not null && !(mark.Length == 2 && mark.All(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out known))))
        {
            errors.Add("cursor: expected the cursor of an earlier answer");
        }

        if (errors.Count > 0)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, string.Join("; ", errors), errors);
        }

        // Arrivals count from 1 in each process: the start tells whose they are.
        string boot = node.StartedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        long after = mark?[0] == boot ? known : 0;
        IReadOnlyList<AuditEntry> entries = node.Audit.Read(count,
            entry => (from is null || entry.At >= from) && (kind is null || entry.Kind == kind) && (target is null || entry.IsAbout(target)), after, out long next);
        return TypedResults.Json(new AuditReport(entries, node.Audit.Problems, $"{boot}-{next.ToString(CultureInfo.InvariantCulture)}"), AdminJson.Options);
    }

    /// <summary>An age, or a time; without an offset it is UTC.</summary>
    public static bool TrySince(string text, DateTimeOffset utcNow, out DateTimeOffset? from)
    {
        from = null;
        if (Durations.TryParse(text, out TimeSpan age))
        {
            from = utcNow - age;
        }
        else if (text.Length >= "2026-11-21".Length && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at))
        {
            from = at;
        }

        return from is not null;
    }
}
