using GslbServer.Tests.Probing;

namespace GslbServer.Balancer.Tests;

public sealed class AdmissionTests
{
    private static readonly LimitSettings Limits = new() { Cluster = 2, Pending = 3 };

    private readonly Admission _admission = new();
    private readonly FakeTime _time = new();

    [Fact]
    public async Task What_is_too_much_waits_for_a_place_by_priority_then_in_order()
    {
        Fill();
        Task<AdmissionResult> low = Wait(Priority.Low), normal = Wait(Priority.Normal), second = Wait(Priority.Normal);
        Assert.Equal(3, _admission.Pending);
        Assert.False(_admission.TryEnter(Limits.Cluster));

        List<Task> order = [];
        for (int i = 0; i < 3; i++)
        {
            _admission.Leave(Limits.Cluster);
            order.Add(await Task.WhenAny(new[] { low, normal, second }.Except(order.OfType<Task<AdmissionResult>>())));
        }

        Assert.Equal([normal, second, low], order);
        Assert.Equal((2, 0), (_admission.InFlight, _admission.Pending));
    }

    [Fact]
    public async Task A_full_queue_sheds_the_newest_of_the_lowest_priority_for_what_is_more_urgent()
    {
        Fill();
        Task<AdmissionResult> older = Wait(Priority.Low), newer = Wait(Priority.Low), high = Wait(Priority.High);

        Task<AdmissionResult> critical = Wait(Priority.Critical);
        Assert.Equal(AdmissionResult.Shed, await newer);
        Assert.Equal(AdmissionResult.Shed, await Wait(Priority.Low));
        Assert.False(older.IsCompleted || high.IsCompleted || critical.IsCompleted);

        Task<AdmissionResult> another = Wait(Priority.High);
        Assert.Equal(AdmissionResult.Shed, await older);
        Assert.Equal(AdmissionResult.Shed, await Wait(Priority.High));
        Assert.Equal(4, _admission.Shed);
        Assert.False(another.IsCompleted);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_limit()
    {
        Fill();
        Task<AdmissionResult> waiting = Wait(Priority.Critical);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(AdmissionResult.Shed, await waiting);
        Assert.Equal((2, 0), (_admission.InFlight, _admission.Pending));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_the_queue()
    {
        Fill();
        using var gone = new CancellationTokenSource();
        Task<AdmissionResult> waiting = _admission.WaitAsync(Priority.Normal, Limits, _time, gone.Token).AsTask();

        await gone.CancelAsync();

        Assert.Equal(AdmissionResult.Gone, await waiting);
        Assert.Equal((0, 0L), (_admission.Pending, _admission.Shed));
        _admission.Leave(Limits.Cluster);
        Assert.Equal(1, _admission.InFlight);
    }

    [Fact]
    public async Task Under_many_threads_the_limit_holds_and_nobody_is_forgotten()
    {
        var limits = new LimitSettings { Cluster = 4, Pending = 1_000, Wait = TimeSpan.FromMinutes(1) };
        (int inside, int most) = (0, 0);
        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            if (!_admission.TryEnter(limits.Cluster)) Assert.Equal(AdmissionResult.Admitted, await _admission.WaitAsync((Priority)(i % 4), limits, TimeProvider.System, default));
            int now = Interlocked.Increment(ref inside);
            lock (limits) most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            _admission.Leave(limits.Cluster);
        });

        Assert.InRange(most, 1, 4);
        Assert.Equal((0, 0), (_admission.InFlight, _admission.Pending));
    }

    private void Fill()
    {
        for (int i = 0; i < Limits.Cluster; i++) Assert.True(_admission.TryEnter(Limits.Cluster));
    }

    private Task<AdmissionResult> Wait(Priority priority) => _admission.WaitAsync(priority, Limits, _time, default).AsTask();
}
