namespace GslbServer.Dns;

/// <summary>What is wrong with a zone, up to a limit of each severity: many warnings must not hide an error.</summary>
internal sealed class DiagnosticList
{
    private readonly List<ZoneDiagnostic> _kept = [];
    private int _errors;
    private int _warnings;

    public int ErrorCount => _errors;

    /// <summary>Further errors are only counted, so that their texts need no care.</summary>
    public bool IsFull => _errors >= DnsLimits.Diagnostics;

    public void Error(SourcePosition position, string message) => Add(DiagnosticSeverity.Error, position, message, ref _errors);

    public void Warning(SourcePosition position, string message) => Add(DiagnosticSeverity.Warning, position, message, ref _warnings);

    public void AddRange(IEnumerable<ZoneDiagnostic> diagnostics)
    {
        foreach (ZoneDiagnostic d in diagnostics)
            Add(d.Severity, d.Position, d.Message, ref d.Severity == DiagnosticSeverity.Error ? ref _errors : ref _warnings);
    }

    /// <summary>In the order of the files (the zone's own first), then of lines and columns.</summary>
    public IReadOnlyList<ZoneDiagnostic> ToSorted(string path)
    {
        var fileOrder = new Dictionary<string, int> { [path] = 0 };
        foreach (ZoneDiagnostic d in _kept)
            fileOrder.TryAdd(d.Position.File, fileOrder.Count);
        List<ZoneDiagnostic> sorted = [.. _kept.OrderBy(d => fileOrder[d.Position.File]).ThenBy(d => d.Position.Line).ThenBy(d => d.Position.Column)];
        if (_errors > DnsLimits.Diagnostics)
            sorted.Add(new(DiagnosticSeverity.Error, new(path, 0, 0), $"{_errors - DnsLimits.Diagnostics} more errors are not shown"));
        if (_warnings > DnsLimits.Diagnostics)
            sorted.Add(new(DiagnosticSeverity.Warning, new(path, 0, 0), $"{_warnings - DnsLimits.Diagnostics} more warnings are not shown"));
        return sorted;
    }

    private void Add(DiagnosticSeverity severity, SourcePosition position, string message, ref int count)
    {
        if (count++ < DnsLimits.Diagnostics)
            _kept.Add(new(severity, position, message));
    }
}
