using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.SessionAffinity;

namespace GslbServer.Balancer.Tests;

public sealed class SignedCookieTests
{
    private const string OldKey = "0123456789abcdef0123456789abcdef", NewKey = "fedcba9876543210fedcba9876543210";

    private static readonly SessionAffinityConfig Config = new() { Enabled = true, Policy = "SignedCookie", AffinityKeyName = "stick" };

    private readonly PooledCluster _cluster = new(3);

    [Fact]
    public void A_client_stays_at_its_backend()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        Assert.Equal((AffinityStatus.OK, "b1"), Find(cookie));
    }

    [Fact]
    public void The_cookie_says_how_it_may_be_used_and_no_address()
    {
        string written = Answer(_cluster.Request(), 1), secure = Answer(_cluster.Request(Https()), 1);
        Assert.Matches("^stick=[A-Za-z0-9_-]{38}; max-age=3600; path=/; samesite=lax; httponly$", written);
        Assert.Contains("; secure", secure);
    }

    [Fact]
    public void A_cookie_that_holds_is_not_written_again_until_half_its_age()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        Assert.Empty(FindAndAnswer(cookie, 1));
        _cluster.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.NotEmpty(FindAndAnswer(cookie, 1));
    }

    [Fact]
    public void A_backend_that_takes_no_traffic_breaks_it_and_the_next_gets_a_new_one()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        _cluster.TakeOut(1);
        Assert.Equal((AffinityStatus.DestinationNotFound, null), Find(cookie));
        Assert.Equal((AffinityStatus.OK, "b2"), Find(Cookie(FindAndAnswer(cookie, 2))));
    }

    [Fact]
    public void A_retry_elsewhere_writes_a_new_one()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        Assert.NotEmpty(FindAndAnswer(cookie, 0));
    }

    [Fact]
    public void An_expired_one_is_as_none()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        _cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((AffinityStatus.AffinityKeyNotSet, null), Find(cookie));
    }

    [Fact]
    public void Each_changed_character_makes_it_as_none()
    {
        string cookie = Cookie(Answer(_cluster.Request(), 1));
        for (int i = 0; i < cookie.Length; i++)
        {
            string forged = cookie[..i] + (cookie[i] == 'A' ? 'Q' : 'A') + cookie[(i + 1)..];
            Assert.Equal((AffinityStatus.AffinityKeyNotSet, null), Find(forged));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Nonsense_is_as_none(string cookie) => Assert.Equal((AffinityStatus.AffinityKeyNotSet, null), Find(cookie));

    [Fact]
    public void Keys_can_be_changed_without_a_client_noticing()
    {
        string old = new StickyCookie(7, _cluster.Time.GetUtcNow()).Write(1, CookieKeys.Of(OldKey));
        Assert.True(StickyCookie.TryRead(old, 1, CookieKeys.Of(NewKey, OldKey), out StickyCookie read));
        Assert.Equal(7UL, read.Backend);
        Assert.False(StickyCookie.TryRead(old, 1, CookieKeys.Of(NewKey), out _));
        Assert.NotEqual(old, new StickyCookie(7, _cluster.Time.GetUtcNow()).Write(1, CookieKeys.Of(NewKey, OldKey)));
    }

    [Fact]
    public void A_cookie_is_worth_nothing_in_another_cluster()
    {
        string cookie = new StickyCookie(7, _cluster.Time.GetUtcNow()).Write(1, CookieKeys.Of(OldKey));
        Assert.False(StickyCookie.TryRead(cookie, 2, CookieKeys.Of(OldKey), out _));
    }

    /// <summary>Balancers of different releases stand side by side.</summary>
    [Fact]
    public void Its_form_stays_what_it_always_was() =>
        Assert.Equal(Golden, new StickyCookie(0x0123456789abcdef, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)).Write(42, CookieKeys.Of(OldKey)));

    private const string Golden = "782riWdFIwEA0klrI1e-JIoCpis6QvIzG-7oiw";

    [Fact]
    public void A_key_file_has_one_key_a_line()
    {
        Assert.NotNull(Keys($"# keys\n{NewKey}\n\n{OldKey}\n", out string problem));
        Assert.Empty(problem);
        Assert.Null(Keys("# none\n", out problem));
        Assert.Contains("holds no key, expected one a line", problem);
        Assert.Null(Keys($"{NewKey}\nshort\n", out problem));
        Assert.Contains("key 2 has 5 characters, expected at least 32", problem);
        Assert.Null(CookieKeys.Read("/does/not/exist", out problem));
        Assert.Contains("/does/not/exist", problem);
    }

    private static CookieKeys? Keys(string text, out string problem)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return CookieKeys.Read(file, out problem);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private SignedCookiePolicy Policy() => new(_cluster.Traffic, _cluster.ServingState, _cluster.Time, NullLogger<SignedCookiePolicy>.Instance);

    private (AffinityStatus Status, string? Destination) Find(string cookie)
    {
        AffinityResult result = Policy().FindAffinitizedDestinations(With(cookie), _cluster.State, Config, _cluster.State.DestinationsState.AvailableDestinations);
        return (result.Status, result.Destinations?.Single().DestinationId);
    }

    private string FindAndAnswer(string cookie, int destination)
    {
        HttpContext context = With(cookie);
        Policy().FindAffinitizedDestinations(context, _cluster.State, Config, _cluster.State.DestinationsState.AvailableDestinations);
        return Answer(context, destination);
    }

    /// <returns>The Set-Cookie.</returns>
    private string Answer(HttpContext context, int destination)
    {
        Policy().AffinitizeResponse(context, _cluster.State, Config, _cluster.All[destination]);
        return context.Response.Headers.SetCookie.ToString();
    }

    private HttpContext With(string cookie)
    {
        HttpContext context = _cluster.Request();
        context.Request.Headers.Cookie = $"other=1; stick={cookie}";
        return context;
    }

    private static DefaultHttpContext Https()
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "https";
        return context;
    }

    private static string Cookie(string setCookie) => setCookie["stick=".Length..].Split(';')[0];
}
