namespace GslbServer.Balancer;

/// <summary>Answers by the first digit of their status.</summary>
public sealed class StatusClasses
{
    private const int Lowest = 1, Count = 5;

    private readonly long[] _answers = new long[Count];

    /// <summary><c>1xx</c> to <c>5xx</c> with their counts; those never seen are left out.</summary>
    public IEnumerable<(string Class, long Count)> Seen =>
        Enumerable.Range(0, Count).Select(i => ($"{i + Lowest}xx", Volatile.Read(ref _answers[i]))).Where(pair => pair.Item2 > 0);

    public void Add(int status) => Interlocked.Increment(ref _answers[Math.Clamp((status / 100) - Lowest, 0, Count - 1)]);
}
