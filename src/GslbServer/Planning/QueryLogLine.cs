using System.Globalization;
using System.Net;
using System.Text.Json;

namespace GslbServer;

/// <summary>One line of a query log, of whatever server: who asked, and what for.</summary>
/// <remarks>Understood are BIND's <c>querylog</c> (with its <c>[ECS net/source/scope]</c>), JSON objects with <c>client</c>, <c>subnet</c> (or <c>ecs</c>) and <c>name</c>, and any other line that
/// begins with an address or a network, and may go on with a name.</remarks>
internal readonly record struct QueryLogLine(IPNetwork Client, string Name)
{
    private static readonly char[] Separators = [' ', '\t', ',', ';'];

    /// <param name="line">As it stands in the file.</param>
    public static bool TryRead(ReadOnlySpan<char> line, out QueryLogLine read)
    {
        line = line.Trim();
        return line is ['{', ..] ? TryReadJson(line, out read) : line.IndexOf(" query: ", StringComparison.Ordinal) is >= 0 and int query ? TryReadBind(line, query, out read) : TryReadPlain(line, out read);
    }

    /// <summary><c>client @0x7f 192.0.2.1#5353 (www.example): query: www.example IN A +E(0) (192.0.2.53) [ECS 198.51.100.0/24/0]</c>.</summary>
    private static bool TryReadBind(ReadOnlySpan<char> line, int query, out QueryLogLine read)
    {
        read = default;
        ReadOnlySpan<char> rest = line[(query + " query: ".Length)..];
        string name = FirstWord(rest).ToString();
        if (rest.IndexOf("[ECS ", StringComparison.Ordinal) is >= 0 and int subnet)
        {
            ReadOnlySpan<char> given = rest[(subnet + "[ECS ".Length)..];
            int first = given.IndexOf('/'), second = first < 0 ? -1 : given[(first + 1)..].IndexOfAny('/', ']');
            // A source length of 0 says nothing of the client: then the resolver stands for it.
            if (second >= 0 && !given[(first + 1)..].StartsWith("0/", StringComparison.Ordinal))
            {
                if (!TryReadNetwork(given[..(first + 1 + second)], out IPNetwork network)) return false;
                read = new QueryLogLine(network, name);
                return true;
            }
        }

        int port = line[..query].IndexOf('#');
        if (port < 0) return false;
        int begin = line[..port].LastIndexOf(' ') + 1;
        if (!TryReadNetwork(line[begin..port], out IPNetwork client)) return false;
        read = new QueryLogLine(client, name);
        return true;
    }

    private static bool TryReadJson(ReadOnlySpan<char> line, out QueryLogLine read)
    {
        read = default;
        try
        {
            using var document = JsonDocument.Parse(line.ToString());
            JsonElement root = document.RootElement;
            string? who = Text(root, "subnet") ?? Text(root, "ecs") ?? Text(root, "client");
            if (who is null || !TryReadNetwork(who, out IPNetwork client)) return false;
            read = new QueryLogLine(client, Text(root, "name") ?? "");
            return true;
        }
        catch (JsonException)
        {
            return false;
        }

        static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static bool TryReadPlain(ReadOnlySpan<char> line, out QueryLogLine read)
    {
        read = default;
        ReadOnlySpan<char> who = FirstWord(line);
        if (!TryReadNetwork(who, out IPNetwork client)) return false;
        ReadOnlySpan<char> name = FirstWord(line[who.Length..].TrimStart(Separators));
        read = new QueryLogLine(client, name.ToString());
        return true;
    }

    /// <summary>An address, or one with a prefix length, whatever stands behind that length.</summary>
    private static bool TryReadNetwork(ReadOnlySpan<char> text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out IPAddress? address)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        byte[] octets = address.GetAddressBytes();
        int length = octets.Length * 8;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > octets.Length * 8)) return false;
        for (int bit = length; bit < octets.Length * 8; bit++) octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new IPNetwork(new IPAddress(octets), length);
        return true;
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny(Separators);
        return end < 0 ? text : text[..end];
    }
}
