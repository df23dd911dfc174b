using System.Text;
using GslbServer.Tests.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests.Capture;

/// <summary>What waits to be written when a node stops.</summary>
public sealed class CaptureSinkTests
{
    [Fact]
    public async Task What_is_being_written_when_the_node_stops_is_written()
    {
        var time = new FakeTime();
        var sink = new SlowSink(time);
        using var stop = new CancellationTokenSource();
        Task run = sink.RunAsync(stop.Token);
        sink.Add("one");
        time.Advance(TimeSpan.FromMilliseconds(100));
        await sink.IsWriting;
        sink.Add("two");
        await stop.CancelAsync();
        sink.Disk.SetResult();
        await run;
        Assert.Equal(("onetwo", 2, 0), (sink.Text, sink.Written, sink.Dropped));
    }

    [Fact]
    public async Task A_disk_that_hangs_holds_the_stop_for_a_second_and_what_it_had_is_lost()
    {
        var time = new FakeTime();
        var sink = new SlowSink(time);
        using var stop = new CancellationTokenSource();
        Task run = sink.RunAsync(stop.Token);
        sink.Add("one");
        time.Advance(TimeSpan.FromMilliseconds(100));
        await sink.IsWriting;
        await stop.CancelAsync();
        time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(0, sink.Dropped);
        time.Advance(TimeSpan.FromMilliseconds(100));
        await run;
        Assert.Equal(("", 0, 1), (sink.Text, sink.Written, sink.Dropped));
    }

    /// <summary>A disk that writes once it is told to.</summary>
    private sealed class SlowSink(TimeProvider time) : CaptureSink("slow", time, NullLogger.Instance)
    {
        private readonly TaskCompletionSource _isWriting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWriting => _isWriting.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public TaskCompletionSource Disk { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text { get; private set; } = "";

        public void Add(string entry) => Add(Encoding.UTF8.GetBytes(entry));

        protected override async ValueTask WriteAsync(ReadOnlyMemory<byte> entries, CancellationToken cancel)
        {
            Task written = Disk.Task.WaitAsync(cancel);
            _isWriting.TrySetResult();
            await written;
            Text += Encoding.UTF8.GetString(entries.Span);
        }
    }
}
