namespace GslbServer;

/// <summary>Whether a node goes on, by what it sees of itself.</summary>
public sealed partial class Node
{
    /// <summary>Health is judged every second, and a large topology under load takes a few.</summary>
    private static readonly TimeSpan JudgedWithin = TimeSpan.FromSeconds(20);

    private ServingPulse? _pulse;

    /// <summary>What does not go on as it must, by what the process sees of itself; empty while it answers, and by what it knows now. Meant to be asked again and again.</summary>
    internal IReadOnlyList<string> Stalled =>
    [
        .. (_pulse ??= new ServingPulse(_time)).Stalled(_listeners?.Turns ?? []),
        .. Now - Serving.Current.Steering.Health.Now is var age && age > JudgedWithin && !_stopping ? [$"health was last judged {(int)age.TotalSeconds} s ago"] : Array.Empty<string>(),
    ];
}
