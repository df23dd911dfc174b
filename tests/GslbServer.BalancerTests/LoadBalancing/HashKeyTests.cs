using System.Net;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests;

public sealed class HashKeyTests
{
    [Theory]
    [InlineData("header:X-User")]
    [InlineData("cookie:id")]
    [InlineData("Query:key")]
    [InlineData("path")]
    [InlineData("ADDRESS")]
    public void Reads(string text) => Assert.NotNull(HashKey.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("header")]
    [InlineData("header:")]
    [InlineData("header:a b")]
    [InlineData("body:x")]
    [InlineData("path:x")]
    [InlineData("address:x")]
    public void Refuses(string text) => Assert.Null(HashKey.Parse(text));

    [Theory]
    [InlineData("header:X-User")]
    [InlineData("cookie:id")]
    [InlineData("query:key")]
    [InlineData("path")]
    public void Takes_the_named_part_and_no_other(string text)
    {
        ulong? anna = Hash(text, "anna", "1"), again = Hash(text, "anna", "2"), ben = Hash(text, "ben", "1");
        Assert.NotNull(anna);
        Assert.Equal(anna, again);
        Assert.NotEqual(anna, ben);
    }

    [Theory]
    [InlineData("header:X-User")]
    [InlineData("cookie:id")]
    [InlineData("query:key")]
    public void What_is_absent_is_no_key(string text) => Assert.False(HashKey.Parse(text)!.TryHash(new DefaultHttpContext(), out _));

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)] // one client's /64
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void Addresses_are_one_client(string one, string other, bool same) => Assert.Equal(same, Address(one) == Address(other));

    private static ulong? Address(string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return HashKey.Address.TryHash(context, out ulong hash) ? hash : null;
    }

    private static ulong? Hash(string text, string user, string other)
    {
        var context = new DefaultHttpContext();
        HttpRequest request = context.Request;
        (request.Path, request.QueryString) = ($"/{(text == "path" ? user : "x")}", new($"?key={user}&other={other}"));
        request.Headers["X-User"] = user;
        request.Headers["X-Other"] = other;
        request.Headers.Cookie = $"other={other}; id={user}";
        return HashKey.Parse(text)!.TryHash(context, out ulong hash) ? hash : null;
    }
}
