using System.Net.Sockets;
using System.Text;
using GslbServer.Tests.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Supervision;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gslb-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_process_does_is_told_in_the_words_of_sd_notify(bool isAbstract)
    {
        using ServiceManager manager = Listen(isAbstract);
        manager.Ready("serves\n2 zones");
        Assert.Equal("READY=1\nSTATUS=serves 2 zones", Receive());
        manager.Reloading();
        // Since the start of the machine: sd_notify(3) wants CLOCK_MONOTONIC.
        string[] reloading = Receive().Split('\n');
        Assert.Equal("RELOADING=1", reloading[0]);
        long uptime = (long)(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) * 1e6);
        Assert.InRange(long.Parse(reloading[1].Replace("MONOTONIC_USEC=", ""), System.Globalization.CultureInfo.InvariantCulture), 1, uptime + 1_000_000);
        manager.HandOver(4711);
        Assert.Equal("MAINPID=4711", Receive());
        manager.Stopping();
        Assert.Equal("STOPPING=1\nSTATUS=stopping", Receive());
    }

    [Fact]
    public void A_status_is_told_when_it_changes()
    {
        using ServiceManager manager = Listen();
        manager.Status("one");
        manager.Status("one");
        manager.Status("two");
        Assert.Equal(["STATUS=one", "STATUS=two"], [Receive(), Receive()]);
    }

    [Theory]
    [InlineData("30000000", null, 30)]
    [InlineData("30000000", "self", 30)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_is_that_of_this_process(string? microseconds, string? process, int? seconds)
    {
        string? pid = process == "self" ? $"{Environment.ProcessId}" : process;
        using var manager = ServiceManager.Of(name => name switch { "NOTIFY_SOCKET" => "/run/x", "WATCHDOG_USEC" => microseconds, "WATCHDOG_PID" => pid, _ => null }, TimeProvider.System);
        Assert.Equal(seconds, manager.Watchdog?.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1")]
    [InlineData("relative/path")]
    [InlineData("/nobody/listens/here")]
    [InlineData("@")]
    public void Nobody_there_is_no_error(string? socket)
    {
        using var manager = ServiceManager.Of(name => name == "NOTIFY_SOCKET" ? socket : null, TimeProvider.System);
        manager.Ready("serves");
        manager.Stopping();
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_no_error()
    {
        using var manager = ServiceManager.Of(name => name == "NOTIFY_SOCKET" ? "/" + new string('x', 300) : null, TimeProvider.System);
        Assert.False(manager.IsThere);
    }

    [Fact]
    public async Task The_watchdog_hears_nothing_while_the_process_does_not_go_on()
    {
        using ServiceManager manager = Listen(watchdog: "2000000");
        var time = new FakeTime();
        IReadOnlyList<string> stalled = [];
        using var stop = new CancellationTokenSource();
        var watch = new SelfWatch(manager, time, NullLogger.Instance);
        Assert.Equal(TimeSpan.FromSeconds(1), watch.Period);
        Task running = watch.RunAsync(_ => Task.FromResult(stalled), () => "serves", stop.Token);
        Assert.Equal(["WATCHDOG=1", "STATUS=serves"], [Receive(), Receive()]);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("WATCHDOG=1", Receive());
        stalled = ["thread udp 0 has not moved for 6 s"];
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("STATUS=does not answer: thread udp 0 has not moved for 6 s", Receive());
        stalled = [];
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["WATCHDOG=1", "STATUS=serves"], [Receive(), Receive()]);
        await stop.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private ServiceManager Listen(bool isAbstract = false, string? watchdog = null)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + _path : _path));
        return ServiceManager.Of(name => name switch { "NOTIFY_SOCKET" => isAbstract ? "@" + _path : _path, "WATCHDOG_USEC" => watchdog, _ => null }, TimeProvider.System);
    }

    private string Receive()
    {
        byte[] octets = new byte[4096];
        return Encoding.UTF8.GetString(octets, 0, _listener.Receive(octets));
    }
}
