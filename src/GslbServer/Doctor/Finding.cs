namespace GslbServer;

/// <summary>How a check came out.</summary>
internal enum FindingLevel
{
    Ok,

    /// <summary>Works, and will not stay so or does harm to some.</summary>
    Warn,

    Fail,
}

/// <summary>One line of the doctor.</summary>
/// <param name="Check">What was looked at, in a word or two: <c>glue</c>, <c>tcp</c>, <c>ds</c>.</param>
/// <param name="Where">Which server or name; empty for the zone as a whole.</param>
/// <param name="Advice">What to do about it; null when all is well.</param>
internal sealed record Finding(FindingLevel Level, string Check, string Where, string Message, string? Advice = null)
{
    public static Finding Ok(string check, string where, string message) => new(FindingLevel.Ok, check, where, message);

    public static Finding Warn(string check, string where, string message, string advice) => new(FindingLevel.Warn, check, where, message, advice);

    public static Finding Fail(string check, string where, string message, string advice) => new(FindingLevel.Fail, check, where, message, advice);
}

/// <summary>What <c>gslb doctor --json</c> prints.</summary>
internal sealed record DoctorReport(string Zone, string Parent, bool Healthy, IReadOnlyList<Finding> Findings);
