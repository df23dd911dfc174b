namespace GslbServer.Scenarios.Harness;

/// <summary>The lines that a process printed so far. Written by the reader threads of the process, read by the scenario.</summary>
public sealed class ProgramOutput
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <summary>Lines so far. Taken before an action it is the <c>from</c> of a wait for what the action prints.</summary>
    public int Count
    {
        get { lock (_lock) return _lines.Count; }
    }

    public string[] Lines
    {
        get { lock (_lock) return [.. _lines]; }
    }

    /// <summary>The first line at or after number <paramref name="from"/> that contains <paramref name="text"/>, or null.</summary>
    public string? Find(string text, int from = 0)
    {
        lock (_lock) return _lines.Skip(from).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
    }

    public override string ToString() => string.Join('\n', Lines);

    /// <param name="line">Null is the end of the stream.</param>
    internal void Add(string? line)
    {
        if (line is null) return;
        lock (_lock) _lines.Add(line);
    }
}
