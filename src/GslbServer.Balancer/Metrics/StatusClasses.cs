namespace GslbServer.Balancer;

/// <summary>Answers by the first digit of their status. Written by all requests at once.</summary>
public sealed class StatusClasses
{
    private const int Lowest = 1, Count = 5;

    private static readonly string[] Names = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly StripedCounters _answers = new(Count);

    /// <summary><c>1xx</c> to <c>5xx</c> with their counts; those never seen are left out.</summary>
    public IEnumerable<(string Class, long Count)> Seen => Names.Select((name, i) => (name, _answers.Sum(i))).Where(pair => pair.Item2 > 0);

    public long Total => Enumerable.Range(0, Count).Sum(_answers.Sum);

    public long ServerErrors => _answers.Sum(Count - 1);

    public void Add(int status) => _answers.Add(Math.Clamp((status / 100) - Lowest, 0, Count - 1), 1);
}
