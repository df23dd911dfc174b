using System.Globalization;

namespace GslbServer;

/// <summary>What <c>--xdp</c> names.</summary>
/// <param name="Queues">None for all that the interface has.</param>
public sealed record XdpTarget(string Interface, IReadOnlyList<int> Queues)
{
    private const string Expected = "expected an interface, and its queues where not all are meant, such as eth0 or eth0@0-3,6";

    /// <summary>IFNAMSIZ less its NUL.</summary>
    private const int MaxName = 15;

    private const int MaxQueue = 4095;

    /// <returns>What is wrong; null when <paramref name="value"/> counts.</returns>
    public static string? Parse(string text, out XdpTarget value)
    {
        value = new XdpTarget(text, []);
        string[] parts = text.Split('@');
        if (parts.Length > 2 || parts[0].Length is 0 or > MaxName || parts[0].Any(c => c is '/' or ':' || char.IsWhiteSpace(c)))
        {
            return Expected;
        }

        var queues = new SortedSet<int>();
        foreach (string range in parts.Length == 2 ? parts[1].Split(',') : [])
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2 || !TryQueue(ends[0], out int first) || !TryQueue(ends[^1], out int last) || last < first)
            {
                return Expected;
            }

            queues.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        value = new XdpTarget(parts[0], [.. queues]);
        return null;
    }

    public override string ToString() => Queues.Count == 0 ? Interface : $"{Interface}@{string.Join(',', Queues)}";

    public bool Equals(XdpTarget? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool TryQueue(string text, out int queue) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out queue) && queue <= MaxQueue;
}
