namespace GslbServer;

/// <summary>Who is told of events.</summary>
public sealed record WebhookOptions
{
    /// <summary>Each is told of every event.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary>Secrets that deliveries are signed with, one a line, all of them; null: unsigned. Read for each delivery, so that it may be changed at any time.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Kinds of events that are told, of <see cref="NodeEvent.Kinds"/>.</summary>
    public IReadOnlyList<string> Events { get; init; } = DefaultEvents;

    /// <summary>Samples of decisions are not news.</summary>
    public static readonly IReadOnlyList<string> DefaultEvents = [.. NodeEvent.Kinds.Where(kind => kind != "decision")];
}
