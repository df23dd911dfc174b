namespace GslbServer.Dns;

/// <summary>For how long signatures are valid, and when they are made again.</summary>
public sealed record SignatureTimes
{
    public static readonly SignatureTimes Default = new();

    /// <summary>From the signing to the latest expiration. A week: shorter adds nothing but the risk that a node which cannot sign for a day or two takes its names down.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long before its making a signature begins to be valid: for validators whose clock is behind, or which have the wrong time zone.</summary>
    public TimeSpan Backdating { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Expirations are spread over this part of the validity, 0 to 0.5, so that a zone is never signed again all at once.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>What has less than this left is signed again.</summary>
    public TimeSpan RefreshBelow => Validity / 2;
}
