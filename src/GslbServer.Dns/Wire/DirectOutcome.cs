namespace GslbServer.Dns;

/// <summary>How far <see cref="DirectAnswer"/> came.</summary>
public enum DirectOutcome
{
    /// <summary>Nothing is written: <see cref="ResponseComposer"/> knows.</summary>
    Unknown,

    /// <summary>The response is complete.</summary>
    Done,

    /// <summary>The name is steered: steering decides, then <see cref="DirectAnswer.WriteAddresses"/> follows, or else the composer.</summary>
    Steered,
}
