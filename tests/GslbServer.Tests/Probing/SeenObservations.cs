using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer.Tests.Probing;

/// <summary>Receives what a schedule reports; tests wait for conditions on it.</summary>
internal sealed class SeenObservations
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<IReadOnlyList<Observation>> _reports = Channel.CreateUnbounded<IReadOnlyList<Observation>>();

    public void Receive(IReadOnlyList<Observation> report) => _reports.Writer.TryWrite(report);

    /// <summary>The first report from now on, counting those not yet looked at, for which it holds.</summary>
    public async Task<IReadOnlyList<Observation>> UntilAsync(Func<IReadOnlyList<Observation>, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        IReadOnlyList<Observation> last = [];
        try
        {
            while (true)
            {
                last = await _reports.Reader.ReadAsync(patience.Token);
                if (holds(last))
                    return last;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Never seen; the last report was {string.Join("; ", last)}.");
        }
    }

    public async Task<Observation> UntilAsync(string monitor, Func<Observation, bool> holds) =>
        (await UntilAsync(all => all.Any(o => o.Monitor == monitor && holds(o)))).Single(o => o.Monitor == monitor);
}
