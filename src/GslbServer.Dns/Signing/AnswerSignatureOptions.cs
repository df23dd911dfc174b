namespace GslbServer.Dns;

/// <summary>How many signatures a node makes for those who ask, and keeps.</summary>
public sealed record AnswerSignatureOptions
{
    /// <summary>Steered answers signed for somebody who waits, per second: at 40 us each 8 % of one core. A node whose names have 20,000 answers has all of them after 10 s.</summary>
    public int SignaturesPerSecond { get; init; } = 2_000;

    /// <summary>Names denied one by one (compact denial), per second. A budget of its own: a flood of names that do not exist leaves those of steered answers alone.</summary>
    public int DenialsPerSecond { get; init; } = 2_000;

    /// <summary>Signed answers kept, 300 octets each: 1,000 names with 20 answers of both families, and their orders.</summary>
    public int Answers { get; init; } = 65_536;

    /// <summary>Signed denials kept, 400 octets each: what resolvers ask again while a flood passes.</summary>
    public int Denials { get; init; } = 16_384;
}
