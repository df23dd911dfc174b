namespace GslbServer.Balancer;

/// <summary>Which entry of <c>Sni</c> takes a ClientHello: the exact name, then the longest <c>*.</c>, then those for any name; of each the ones that name a protocol first.</summary>
internal sealed class SniTable<T>
    where T : class
{
    private readonly Dictionary<string, List<Entry>> _exact = [], _below = [];
    private readonly List<Entry> _any = [];

    public SniTable(IEnumerable<(SniSettings Settings, T Value)> entries)
    {
        foreach ((SniSettings settings, T value) in entries.OrderBy(entry => entry.Settings.Alpn.Count == 0))
        {
            var entry = new Entry(settings.Alpn, value);
            if (settings.Names.Count == 0) _any.Add(entry);
            foreach (string name in settings.Names.Select(name => name.ToLowerInvariant()))
            {
                bool isBelow = name.StartsWith("*.", StringComparison.Ordinal);
                Add(isBelow ? _below : _exact, isBelow ? name[2..] : name, entry);
            }
        }
    }

    /// <returns>Null if none takes it.</returns>
    public T? Find(ClientHello hello)
    {
        if (hello.ServerName is { } name)
        {
            if (Match(_exact.GetValueOrDefault(name), hello) is { } exact) return exact;
            for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
            {
                if (Match(_below.GetValueOrDefault(name[(dot + 1)..]), hello) is { } below) return below;
            }
        }

        return Match(_any, hello);
    }

    private static T? Match(List<Entry>? entries, ClientHello hello) =>
        entries?.Find(entry => entry.Alpn.Count == 0 || entry.Alpn.Any(protocol => hello.Protocols.Contains(protocol)))?.Value;

    private static void Add(Dictionary<string, List<Entry>> table, string name, Entry entry)
    {
        if (!table.TryGetValue(name, out List<Entry>? entries)) table[name] = entries = [];
        entries.Add(entry);
    }

    private sealed record Entry(IReadOnlyList<string> Alpn, T Value);
}
