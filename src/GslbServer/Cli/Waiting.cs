using GslbServer.Steering;

namespace GslbServer;

/// <summary>Says on a terminal what a command waits for, once that takes longer than a second.</summary>
internal sealed class Waiting : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TextWriter? _live;
    private readonly ITimer? _timer;
    private readonly Lock _writing = new();
    private bool _hasWritten, _hasEnded;

    public Waiting(CliHost host, string what)
    {
        _live = host.Live;
        long start = host.Time.GetTimestamp();
        _timer = _live is null ? null : host.Time.CreateTimer(_ => Write($"{PlainText.Of(what)}: {Durations.FormatAge(host.Time.GetElapsedTime(start))}"), null, Second, Second);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_writing)
        {
            _hasEnded = true;
            if (_hasWritten)
            {
                _live!.Write("\r\e[K");
                _live.Flush();
            }
        }
    }

    private void Write(string line)
    {
        lock (_writing)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasWritten = true;
            _live!.Write($"\r\e[K{line}");
            _live.Flush();
        }
    }
}
