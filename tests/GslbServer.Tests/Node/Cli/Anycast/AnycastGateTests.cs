using System.Net;

namespace GslbServer.Tests.Cli.Anycast;

public sealed class AnycastGateTests
{
    private const AnycastState Good = AnycastState.Announce, Poor = AnycastState.Deprefer, Gone = AnycastState.Withdraw;

    [Fact]
    public void Nothing_is_announced_before_enough_good_looks()
    {
        var gate = new AnycastGate(fall: 3, rise: 2);
        Assert.Equal(Gone, gate.State);
        Assert.False(gate.Look(Good));
        Assert.True(gate.Look(Good));
        Assert.Equal(Good, gate.State);
    }

    [Fact]
    public void It_leaves_after_fall_looks_in_a_row_and_not_before()
    {
        AnycastGate gate = Announced();
        foreach (AnycastState seen in (AnycastState[])[Gone, Gone, Good, Gone, Gone]) Assert.False(gate.Look(seen));
        Assert.True(gate.Look(Gone));
        Assert.Equal(Gone, gate.State);
    }

    [Fact]
    public void Looks_that_differ_move_it_as_far_as_all_of_them_agree()
    {
        AnycastGate gate = Announced();
        gate.Look(Gone);
        gate.Look(Poor);
        Assert.True(gate.Look(Gone));
        Assert.Equal(Poor, gate.State);
        gate.Look(Gone);
        gate.Look(Gone);
        Assert.True(gate.Look(Gone));
        Assert.Equal(Gone, gate.State);
        gate.Look(Poor);
        Assert.True(gate.Look(Good));
        Assert.Equal(Poor, gate.State);
    }

    [Fact]
    public void Better_and_worse_in_turns_move_nothing()
    {
        AnycastGate gate = Announced();
        for (int i = 0; i < 3; i++) gate.Look(Poor);
        Assert.Equal(Poor, gate.State);
        for (int i = 0; i < 10; i++) Assert.False(gate.Look(i % 2 == 0 ? Gone : Good));
        Assert.Equal(Poor, gate.State);
    }

    [Theory]
    [InlineData("192.0.2.53/32", "Announce", "announce route 192.0.2.53/32 next-hop self med 100")]
    [InlineData("2001:db8::53/128", "Deprefer", "announce route 2001:db8::53/128 next-hop self med 1000 community [65535:0]")]
    [InlineData("192.0.2.53/32", "Withdraw", "withdraw route 192.0.2.53/32 next-hop self")]
    public void ExaBGP_gets_its_own_language(string route, string state, string line) => Assert.Equal(line, AnycastWatch.ExaBgp(IPNetwork.Parse(route), Enum.Parse<AnycastState>(state)));

    [Fact]
    public async Task Every_wrong_flag_is_named_at_once()
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("anycast", "check", "--address", "localhost", "--timeout", "1h", "--rise", "0", "--watch", "--json"));
        Assert.Equal(
        [
            "gslb: --address localhost: expected ADDR:PORT such as 127.0.0.1:5300 or [::1]:5300",
            "gslb: --rise 0: expected a number from 1 to 1000",
            "gslb: --timeout 1h: expected a time from 100ms to 10s",
            "gslb: --watch: expected --route CIDR or --hook PROGRAM, which say whom to tell",
            "gslb: --json is for one look; --watch prints what --route asks for",
            "See 'gslb anycast check --help'.",
        ], run.Errors);
    }

    private static AnycastGate Announced()
    {
        var gate = new AnycastGate(fall: 3, rise: 2);
        gate.Look(Good);
        gate.Look(Good);
        return gate;
    }
}
