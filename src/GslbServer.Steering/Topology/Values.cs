using System.Globalization;

namespace GslbServer.Steering;

/// <summary>Reads the values of keys; each says what it expected when the text is something else.</summary>
internal sealed class Values(RecordWords words, Problems problems)
{
    public int Number(string key, int otherwise, int from, int to)
    {
        if (words.Scalar(key) is not { } found)
            return otherwise;
        if (int.TryParse(found.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to)
            return number;

        problems.Error(words.Record, found.Word, $"{key}={found.Value}: expected a whole number from {from} to {to}");
        return otherwise;
    }

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan from, TimeSpan to)
    {
        if (words.Scalar(key) is not { } found)
            return otherwise;
        if (!Durations.TryParse(found.Value, out TimeSpan duration))
        {
            problems.Error(words.Record, found.Word, $"{key}={found.Value}: expected a time such as 2s, 500ms or 1m30s");
            return otherwise;
        }

        if (duration >= from && duration <= to)
            return duration;

        problems.Error(words.Record, found.Word, $"{key}={found.Value}: expected a time from {Durations.Format(from)} to {Durations.Format(to)}");
        return otherwise;
    }

    /// <returns>Index into <paramref name="choices"/>; 0, the default, without the key.</returns>
    public int Choice(string key, params ReadOnlySpan<string> choices)
    {
        if (words.Scalar(key) is not { } found)
            return 0;
        string value = found.Value.ToLowerInvariant();
        int index = choices.IndexOf(value);
        if (index >= 0)
            return index;

        string[] all = choices.ToArray();
        problems.Error(words.Record, found.Word, $"{key}={found.Value}: expected {string.Join(" or ", all)}{Suggestion.For(value, all)}");
        return 0;
    }

    public string? Text(string key) => words.Scalar(key)?.Value;
}
