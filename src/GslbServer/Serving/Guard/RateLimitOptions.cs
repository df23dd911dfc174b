using System.Net;

namespace GslbServer;

/// <summary>Response rate limiting: what a client's prefix may get of one answer over UDP, and from when on a node wants to see cookies.</summary>
/// <param name="Rate">Responses per second of one class to one prefix; 0 limits nothing.</param>
/// <param name="Slip">Of so many responses over the limit one is sent truncated, the others not at all; 0 sends none, 1 all.</param>
/// <param name="ValidateAbove">UDP queries per second without a good cookie above which every such query is answered truncated; 0 for never.</param>
/// <param name="Exempt">Whom nothing of it concerns.</param>
public sealed record RateLimitOptions(int Rate, int Slip, int ValidateAbove, IReadOnlyList<IPNetwork> Exempt)
{
    /// <summary>A slot counts to 65,535; more a second is no limit.</summary>
    public const int MaxRate = 60_000;

    /// <summary>BIND's and NSD's default.</summary>
    public const int DefaultSlip = 2;

    public const int MaxSlip = 10;

    public const int MaxValidateAbove = 100_000_000;

    /// <summary>This machine.</summary>
    public static readonly IReadOnlyList<IPNetwork> DefaultExempt = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    public static readonly RateLimitOptions Off = new(0, DefaultSlip, 0, DefaultExempt);

    public bool IsOff => Rate == 0 && ValidateAbove == 0;
}
