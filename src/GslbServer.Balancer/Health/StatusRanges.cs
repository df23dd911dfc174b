using System.Globalization;

namespace GslbServer.Balancer;

/// <summary>Statuses such as <c>200-299,401</c>.</summary>
internal sealed class StatusRanges
{
    public const string Good = "200-299";

    private readonly (int First, int Last)[] _ranges;

    private StatusRanges((int First, int Last)[] ranges) => _ranges = ranges;

    public bool Contains(int status) => _ranges.Any(range => status >= range.First && status <= range.Last);

    /// <returns>Null for anything else, and for what lies outside of 100 to 599.</returns>
    public static StatusRanges? Parse(string text)
    {
        List<(int, int)> ranges = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], out int first) || !TryParse(ends[^1], out int last) || first > last) return null;
            ranges.Add((first, last));
        }

        return new([.. ranges]);
    }

    private static bool TryParse(string text, out int status) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 599;
}
