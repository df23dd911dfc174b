using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Reads a CHECK: <c>kind [key=value ...]</c>, and fills in the defaults of its kind.</summary>
internal static class CheckReader
{
    private static readonly string[] Common = ["every", "timeout", "fall", "rise", "address", "min-up"];

    private static readonly string[] KindNames = Enum.GetNames<CheckKind>().Select(name => name.ToLowerInvariant()).ToArray();

    /// <param name="regions">Absolute name to index.</param>
    public static Check Read(int index, ConfigRecord record, IReadOnlyDictionary<string, int> regions, Problems problems)
    {
        RecordWords words = RecordWords.Read(index, record, problems);
        var values = new Values(words, problems);
        CheckKind? read = Kind(index, words, problems);
        CheckKind kind = read ?? CheckKind.None;
        if (read is not null)
            RejectForeignKeys(kind, words, problems);

        TimeSpan every = values.Duration("every", TimeSpan.FromSeconds(2), TopologyLimits.ShortestEvery, TopologyLimits.LongestEvery);
        TimeSpan second = TimeSpan.FromSeconds(1);
        TimeSpan timeout = values.Duration("timeout", every < second ? every : second, TopologyLimits.ShortestTimeout, TopologyLimits.LongestEvery);
        if (timeout > every)
            problems.Warning(index, words.Scalar("timeout")?.Word ?? -1, $"timeout={Durations.Format(timeout)} is longer than every={Durations.Format(every)}: a probe that hangs delays the next");

        bool verify = values.Choice("verify", "yes", "no") == 0;
        string? host = values.Text("host");
        if (kind == CheckKind.Dns && host is not null && !IsName(host))
            problems.Error(index, words.Scalar("host")?.Word ?? -1, $"host={host}: expected the domain name that is asked for");
        if (kind is CheckKind.Https or CheckKind.Tls && verify && host is null && read is not null)
            problems.Warning(index, -1, "no host=: the certificate is verified against the bare address, which few certificates name");

        return new Check(record.Owner, kind, Port(kind, values), values.Text("path") ?? DefaultPath(kind), host, Expect(kind, words, problems),
            values.Text("body"), values.Text("send"), values.Text("receive"), every, timeout, values.Number("fall", 2, 1, 100), values.Number("rise", 3, 1, 100),
            verify, values.Text("command"), values.Number("min-up", 1, 1, TopologyLimits.AddressesPerRegion),
            ProbeAddresses(index, record, words, regions, problems));
    }

    /// <summary>Labels of 1 to 63 octets, 255 octets in all (RFC 1035 section 3.1).</summary>
    private static bool IsName(string text) => text.TrimEnd('.') is var name && (text == "." || (name.Length is > 0 and <= 253 && text.Length - name.Length <= 1 && name.Split('.').All(label => label.Length is > 0 and <= 63)));

    private static CheckKind? Kind(int index, RecordWords words, Problems problems)
    {
        string all = string.Join(" ", KindNames);
        if (words.Positional.Count == 0)
        {
            problems.Error(index, -1, $"CHECK needs a kind: {all}");
            return null;
        }

        for (int i = 1; i < words.Positional.Count; i++)
        {
            (string extra, int at) = words.Positional[i];
            int equals = extra.IndexOf('=', StringComparison.Ordinal);
            problems.Error(index, at, equals > 0 ? RecordWords.UnknownKey(ConfigKind.Check, extra[..equals].ToLowerInvariant())
                : $"unexpected \"{extra}\": CHECK takes one kind and keys");
        }

        (string text, int word) = words.Positional[0];
        int kind = Array.IndexOf(KindNames, text.ToLowerInvariant());
        if (kind >= 0)
            return (CheckKind)kind;

        string guess = Suggestion.For(text, KindNames);
        problems.Error(index, word, $"unknown check kind \"{text}\"{(guess.Length > 0 ? guess : $": expected one of {all}")}");
        return null;
    }

    private static string[] KeysOf(CheckKind kind) => kind switch
    {
        CheckKind.Http => ["port", "path", "host", "expect", "body", .. Common],
        CheckKind.Https => ["port", "path", "host", "expect", "body", "verify", .. Common],
        CheckKind.Tcp => ["port", "send", "receive", .. Common],
        CheckKind.Tls => ["port", "host", "verify", .. Common],
        CheckKind.Grpc => ["port", "path", "host", "verify", .. Common],
        CheckKind.Dns => ["port", "host", .. Common],
        CheckKind.Exec => ["command", "port", "path", "host", .. Common],
        _ => ["min-up"],
    };

    private static void RejectForeignKeys(CheckKind kind, RecordWords words, Problems problems)
    {
        string[] allowed = KeysOf(kind);
        foreach (KeyValue found in words.All)
        {
            if (!allowed.Contains(found.Key))
                problems.Error(words.Record, found.Word, $"\"{found.Key}=\" has no meaning for a check of kind {Word(kind)} (its keys: {string.Join(", ", allowed)})");
        }

        if (kind == CheckKind.Tcp && words.Scalar("port") is null)
            problems.Error(words.Record, -1, "a tcp check needs port=");
        if (kind == CheckKind.Exec && words.Scalar("command") is null)
            problems.Error(words.Record, -1, "an exec check needs command=");
        if (words.Scalar("path") is { } path && kind is CheckKind.Http or CheckKind.Https && !path.Value.StartsWith('/'))
            problems.Error(words.Record, path.Word, $"path={path.Value}: expected a path that begins with /");
    }

    private static int Port(CheckKind kind, Values values)
    {
        int otherwise = kind switch
        {
            CheckKind.Http => 80,
            CheckKind.Https or CheckKind.Tls or CheckKind.Grpc => 443,
            CheckKind.Dns => 53,
            _ => 0,
        };
        return values.Number("port", otherwise, 1, 65535);
    }

    private static string DefaultPath(CheckKind kind) => kind is CheckKind.Http or CheckKind.Https ? "/" : "";

    /// <summary>What HAProxy and Kubernetes count as alive: 2xx and 3xx.</summary>
    private static ImmutableArray<(int From, int To)> Expect(CheckKind kind, RecordWords words, Problems problems)
    {
        if (kind is not (CheckKind.Http or CheckKind.Https))
            return [];
        if (words.Scalar("expect") is not { } found)
            return [(200, 399)];

        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (string item in found.Value.Split(','))
        {
            string[] ends = item.Trim().Split('-');
            if (ends.Length <= 2 && Status(ends[0], out int from) && Status(ends[^1], out int to) && from <= to)
            {
                ranges.Add((from, to));
                continue;
            }

            problems.Error(words.Record, found.Word, $"expect={found.Value}: \"{item}\" is no status or range; expected a list such as 200,204,300-399");
            break;
        }

        return ranges.ToImmutable();
    }

    private static bool Status(string text, out int status)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 599;

    private static ImmutableDictionary<int, ImmutableArray<IPAddress>> ProbeAddresses(int index, ConfigRecord record, RecordWords words,
        IReadOnlyDictionary<string, int> regions, Problems problems)
    {
        var found = new Dictionary<int, List<IPAddress>>();
        foreach ((string item, int word) in words.List("address"))
        {
            int colon = item.IndexOf(':', StringComparison.Ordinal);
            string name = colon > 0 ? item[..colon] : item;
            string text = colon > 0 ? item[(colon + 1)..].TrimStart('[').TrimEnd(']') : "";
            if (colon <= 0 || !IPAddress.TryParse(text, out IPAddress? address) || (!text.Contains(':') && text.Count(c => c == '.') != 3))
            {
                problems.Error(index, word, $"address={item}: expected REGION:ADDRESS, such as eu-west:192.0.2.1");
            }
            else if (!regions.TryGetValue(Names.Absolute(name, record.Origin), out int region))
            {
                problems.Error(index, word, $"address= names the unknown region \"{name}\""
                    + Suggestion.ForName(name, [.. regions.Keys], record.Origin));
            }
            else
            {
                if (!found.TryGetValue(region, out List<IPAddress>? list))
                    found.Add(region, list = []);
                if (!list.Contains(address))
                    list.Add(address);
            }
        }

        return found.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.ToImmutableArray());
    }

    private static string Word(CheckKind kind) => kind.ToString().ToLowerInvariant();
}
