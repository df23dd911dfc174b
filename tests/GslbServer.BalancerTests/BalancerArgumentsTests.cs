namespace GslbServer.Balancer.Tests;

public sealed class BalancerArgumentsTests
{
    [Fact]
    public void Own_flags_become_settings_and_the_rest_goes_to_ASPNET()
    {
        BalancerArguments command = BalancerArguments.Parse(
            ["--admin", "127.0.0.1:9000", "--redis=a:1", "--admin-host", "lb.example", "--redis", "b:2", "--admin-read-open", "no", "--Region", "eu-west", "--urls", "http://*:80", "--contentRoot=/srv", "--Balancer:DrainWait", "0"]);

        Assert.Empty(command.Errors);
        Assert.Equal(["Balancer:Admin=127.0.0.1:9000", "Balancer:Redis:0=a:1", "Balancer:AdminHosts:1=lb.example", "Balancer:Redis:2=b:2", "Balancer:AdminReadOpen=no", "Balancer:Region=eu-west"],
            command.Own.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal(["--urls=http://*:80", "--contentRoot=/srv", "--Balancer:DrainWait=0"], command.AspNet);
    }

    [Fact]
    public void Errors_are_all_told()
    {
        BalancerArguments command = BalancerArguments.Parse(["run", "--adnim", "x", "--Balanser:Admin=1", "--urls"]);

        Assert.Equal(["run: unexpected, flags begin with --", "--adnim: unknown flag; did you mean admin?", "--Balanser:Admin: unknown section; did you mean Balancer?", "--urls: expected a value"],
            command.Errors);
    }

    [Fact]
    public void Help_and_version_are_switches()
    {
        Assert.True(BalancerArguments.Parse(["--help"]).Help);
        Assert.True(BalancerArguments.Parse(["-h"]).Help);
        Assert.True(BalancerArguments.Parse(["--version"]).Version);
        Assert.Empty(BalancerArguments.Parse(["-h", "--help", "--version"]).Errors);
    }
}
