using GslbServer.State;

namespace GslbServer.Tests;

public sealed class RedisConfigurationTests
{
    [Theory]
    [InlineData("127.0.0.1:6379")]
    [InlineData("redis.example.org")]
    [InlineData("[::1]:6379")]
    [InlineData("sentinel-1:26379,sentinel-2:26379,serviceName=gslb,user=node,password=secret")]
    [InlineData("redis1.example.org:6379,redis2.example.org:6380,password=secret,ssl=true,abortConnect=false")]
    public void Accepts_configuration_strings(string configuration) => Assert.Null(RedisStore.Check(configuration));

    [Theory]
    [InlineData("", "no endpoint")]
    [InlineData("password=secret", "no endpoint")]
    [InlineData("127.0.0.1:6379,pasword=secret", "pasword")]
    [InlineData("127.0.0.1:6379,ssl=secret", "ssl")]
    [InlineData("127.0.0.1:6379,sslCa=/etc/gslb/ca.pem,password=secret", "without ssl=true")]
    [InlineData("127.0.0.1:6379,ssl=true,sslCa=/nowhere/ca.pem,password=secret", "/nowhere/ca.pem")]
    [InlineData("127.0.0.1:6379,ssl=true,sslCert=/nowhere/node.pem,password=secret", "sslKey")]
    public void Rejects_what_cannot_be_used_without_quoting_secrets(string configuration, string names)
    {
        string? problem = RedisStore.Check(configuration);
        Assert.Contains(names, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_the_library_cannot_make_is_unavailable_and_nothing_worse()
    {
        await using var store = new RedisStore("[::1]:1", "gslb", TimeProvider.System);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(default));
    }

    [Fact]
    public async Task Connection_that_fails_while_it_is_closed_ends_quietly()
    {
        for (int i = 0; i < 200; i++)
        {
            await using var store = new RedisStore("[::1]:1", "gslb", TimeProvider.System);
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Name_is_the_endpoints_alone()
    {
        const string Configuration = "127.0.0.1:1,redis.invalid,[::1]:2,[::1],password=secret,abortConnect=false";
        await using var store = new RedisStore(Configuration, "gslb", TimeProvider.System);
        Assert.Equal("redis 127.0.0.1:1,redis.invalid:6379,[::1]:2,[::1]:6379", store.Name);
    }
}
