using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace GslbServer.Balancer.Tests;

public sealed class HashCookieTests
{
    /// <summary>XXH64 over the UTF-16LE of the id in upper case. Clients hold these cookies over upgrades, and other balancers of the region must agree.</summary>
    [Theory]
    [InlineData("d1", "3ca257a575bfff71")]
    [InlineData("d2", "eb4f7569e28edc50")]
    [InlineData("d3", "d0dda09041e8467f")]
    [InlineData("D3", "d0dda09041e8467f")]
    public async Task Cookie_of_a_destination_stays_what_it_always_was(string destination, string value)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddProxy();
        await using WebApplication application = builder.Build();
        ISessionAffinityPolicy policy = application.Services.GetServices<ISessionAffinityPolicy>().Single(p => p.Name == "HashCookie");
        var context = new DefaultHttpContext();
        var settings = new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", AffinityKeyName = "stick" };

        policy.AffinitizeResponse(context, new ClusterState("web"), settings, new DestinationState(destination));

        Assert.StartsWith($"stick={value};", context.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }
}
