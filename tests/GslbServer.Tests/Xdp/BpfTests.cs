using System.Net;

namespace GslbServer.Tests.Xdp;

public sealed class BpfTests
{
    [Fact]
    public void Jumps_go_to_their_labels()
    {
        BpfInstruction[] program = new BpfAssembler().GoToIfEqual(Reg.R1, 7, "end").SetConstant(Reg.R0, 1).GoTo("out").Label("end").SetConstant(Reg.R0, 2).Label("out").Return().Assemble();
        Assert.Equal([(0x15, 2), (0xB7, 0), (0x05, 1), (0xB7, 0), (0x95, 0)], program.Select(i => ((int)i.Operation, (int)i.Offset)));
    }

    [Fact]
    public void A_program_cannot_jump_backwards() =>
        Assert.Throws<InvalidOperationException>(() => new BpfAssembler().Label("again").GoTo("again").Assemble());

    [Fact]
    public void Endpoints_are_looked_up_as_they_stand_on_the_wire()
    {
        Assert.Equal("00000000000000000000FFFF0A09000100350000", Convert.ToHexString(RedirectProgram.EndpointKey(IPAddress.Parse("10.9.0.1"), 53)));
        Assert.Equal("FD09000000000000000000000000000114E90000", Convert.ToHexString(RedirectProgram.EndpointKey(IPAddress.Parse("fd09::1"), 5353)));
    }

    [Fact]
    public void Capabilities_are_read_from_the_status_of_the_process()
    {
        Assert.Equal(0x1FFFFFFFFFFul, XdpRequirements.EffectiveCapabilities(["Name:\tgslb", "CapEff:\t000001ffffffffff"]));
        Assert.Equal(0ul, XdpRequirements.EffectiveCapabilities([]));
    }

    [Fact]
    public void The_memory_that_may_be_locked_is_read_from_the_limits_of_the_process()
    {
        Assert.Equal(8388608, XdpRequirements.LockableMemory(["Max open files  1024  4096  files", "Max locked memory         8388608              8388608              bytes     "]));
        Assert.Null(XdpRequirements.LockableMemory(["Max locked memory         unlimited            unlimited            bytes     "]));
    }
}
