namespace GslbServer.Steering;

/// <summary>Collects what is wrong, so that all of it is reported at once.</summary>
internal sealed class Problems
{
    private readonly List<ConfigProblem> _found = [];

    public IReadOnlyList<ConfigProblem> Found => _found;

    public bool HasErrors { get; private set; }

    /// <param name="word">-1 for the record as a whole.</param>
    public void Error(int record, int word, string message)
    {
        HasErrors = true;
        _found.Add(new ConfigProblem(true, record, word, message));
    }

    public void Warning(int record, int word, string message) => _found.Add(new ConfigProblem(false, record, word, message));
}
