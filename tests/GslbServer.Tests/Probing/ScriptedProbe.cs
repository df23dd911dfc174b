using System.Threading.Channels;
using GslbServer.Probing;

namespace GslbServer.Tests.Probing;

/// <summary>A probe whose every answer the test gives.</summary>
internal sealed class ScriptedProbe : IProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<Asked> _asked = Channel.CreateUnbounded<Asked>();

    /// <param name="Cancelled">The probe's deadline has come, or it is stopped.</param>
    internal sealed record Asked(ProbeAttempt Attempt, TaskCompletionSource<ProbeResult> Answer, CancellationToken Cancelled)
    {
        public void Succeed() => Answer.SetResult(ProbeResult.Good("fine"));

        public void Fail() => Answer.SetResult(ProbeResult.Bad("broken"));
    }

    public int WaitingCount => _asked.Reader.Count;

    public Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Writer.TryWrite(new(attempt, answer, cancel));
        return answer.Task;
    }

    /// <summary>The next probe that has begun.</summary>
    public Task<Asked> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
