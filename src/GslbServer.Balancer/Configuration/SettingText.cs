using System.Globalization;
using System.Net;

namespace GslbServer.Balancer;

/// <summary>Single values of settings: which types are written as one text, how they are read, and what an error says was expected.</summary>
internal static class SettingText
{
    private static readonly Type[] Types = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(TimeSpan), typeof(IPNetwork), typeof(IPEndPoint), typeof(Uri)];

    public static bool IsText(Type type) => type.IsEnum || Types.Contains(type);

    /// <returns>Null for what is not one of <paramref name="type"/>, or not within the bounds.</returns>
    public static object? Parse(string text, Type type, BetweenAttribute? between)
    {
        object? value = Parse(text, type);
        bool isWithin = between is null || value is not IComparable number || (number.CompareTo(Parse(between.Least, type)) >= 0 && number.CompareTo(Parse(between.Most, type)) <= 0);
        return isWithin ? value : null;
    }

    public static string Expected(Type type, BetweenAttribute? between) => Kind(type) + (between is null ? "" : $" from {between.Least} to {between.Most}");

    private static object? Parse(string text, Type type) => type switch
    {
        _ when type == typeof(string) => text,
        _ when type == typeof(bool) => bool.TryParse(text, out bool value) ? value : null,
        _ when type == typeof(int) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null,
        _ when type == typeof(long) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null,
        _ when type == typeof(double) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null,
        _ when type == typeof(TimeSpan) => Durations.TryParse(text, out TimeSpan value) ? value : null,
        _ when type == typeof(IPNetwork) => Network(text),
        _ when type == typeof(IPEndPoint) => EndPoint(text),
        _ when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out Uri? value) ? value : null,
        // A number is not the name of a value.
        _ when type.IsEnum => char.IsAsciiLetter(text.FirstOrDefault()) && Enum.TryParse(type, text, ignoreCase: true, out object? value) && Enum.IsDefined(type, value) ? value : null,
        _ => throw new NotSupportedException($"a setting of type {type}"),
    };

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(TimeSpan) => "a time such as 30s, 500ms or 2m,",
        _ when type == typeof(IPNetwork) => "an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
        _ when type == typeof(IPEndPoint) => "ADDR:PORT such as 127.0.0.1:5432, [::1]:5432 or *:5432",
        _ when type == typeof(Uri) => "an absolute address",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ => "text",
    };

    /// <summary>One address is a network of its own. Bits after the prefix are refused, as they are a mistake.</summary>
    private static object? Network(string text)
    {
        if (text.Split('/') is [var host, _]) return IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(IPAddress.Parse(host)) ? network : null;
        return IPAddress.TryParse(text, out IPAddress? address) && (address.GetAddressBytes().Length == 16 || text.Count(c => c == '.') == 3)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }

    public static IPEndPoint? EndPoint(string text)
    {
        string address = text.StartsWith("*:", StringComparison.Ordinal) ? "[::]" + text[1..]
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        // IPEndPoint takes a missing port for 0: what stands after the last colon must be a port, and the colon not the address's own.
        bool hasPort = address.StartsWith('[') ? address.Contains("]:", StringComparison.Ordinal) : address.Count(c => c == ':') == 1;
        return hasPort && IPEndPoint.TryParse(address, out IPEndPoint? parsed) ? parsed : null;
    }
}
