using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What stands between the world and the answers: cookies, which tell who a sender is (RFC 7873), and rates, which keep a node from being turned against those it
/// answers. On the path of every query: no clock call, no lock, no allocation.</summary>
/// <param name="threads">That share the queries of one address: each allows its part of the rates.</param>
public sealed class QueryGuard(CoarseClock clock, CookieSecrets secrets, RateLimitOptions rates, int threads)
{
    private readonly ClientNetworks _exempt = new(rates.Exempt);
    private readonly int _rate = Math.Max(1, rates.Rate / threads);
    private readonly int _validateAbove = rates.ValidateAbove == 0 ? int.MaxValue : Math.Max(1, rates.ValidateAbove / threads);
    private readonly bool _limits = rates.Rate > 0;
    private CookieSecrets _secrets = secrets;

    /// <summary>Whether anything is counted at all.</summary>
    public bool CountsRates { get; } = !rates.IsOff;

    /// <summary>Those in force; replaced when their file changes.</summary>
    public CookieSecrets Secrets
    {
        get => Volatile.Read(ref _secrets);
        set => Volatile.Write(ref _secrets, value);
    }

    /// <summary>Looks at the query's cookie and prepares the answer's.</summary>
    public CookieState CheckCookie(ReadOnlySpan<byte> packet, ref Query query, in Client sender, CounterBlock counters)
    {
        CookieState state = Secrets.Answer(packet, ref query, sender.IsIPv6, sender.Upper, sender.Lower, clock.Seconds);
        counters.Add(state switch { CookieState.Good => Counter.GoodCookies, CookieState.Bad => Counter.BadCookies, _ => Counter.ClientCookies });
        return state;
    }

    /// <summary>Whether a UDP query's sender has to show first that its address is its own.</summary>
    internal bool MustValidate(CookieState cookie, in Client sender, CounterBlock counters)
        => cookie != CookieState.Good && _validateAbove < int.MaxValue && !_exempt.Allows(sender) && counters.Rates.IsSuspicious(clock.Seconds, _validateAbove);

    /// <summary>Whether a response goes out over UDP. Whoever has shown a good cookie gets each.</summary>
    internal RateVerdict Judge(CookieState cookie, in Client sender, ulong responseClass, CounterBlock counters)
        => !_limits || cookie == CookieState.Good || _exempt.Allows(sender) ? RateVerdict.Send
            : counters.Rates.Count(PrefixOf(sender), responseClass, clock.Seconds, _rate, rates.Slip);

    /// <summary>/24 of IPv4 and /56 of IPv6: what one sender has for itself.</summary>
    internal static ulong PrefixOf(in Client sender) => sender.IsIPv6 ? sender.Upper >> 8 : sender.Upper >> 40 << 40 | 1;
}
