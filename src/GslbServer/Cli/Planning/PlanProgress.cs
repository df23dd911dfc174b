namespace GslbServer;

/// <summary>How far a plan is, on a terminal, once it takes longer than a second.</summary>
internal sealed class PlanProgress : IDisposable
{
    private const int Bar = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Turn = TimeSpan.FromMilliseconds(200);

    private readonly CliHost _host;
    private readonly long _all;
    private readonly long _start;
    private readonly ITimer? _timer;
    private readonly Lock _writing = new();
    private long _done;
    private bool _hasWritten, _hasEnded;

    public PlanProgress(CliHost host, long all)
    {
        (_host, _all, _start) = (host, Math.Max(1, all), host.Time.GetTimestamp());
        if (host.Live is not null) _timer = host.Time.CreateTimer(_ => Write(), null, Patience, Turn);
    }

    public double Seconds => _host.Time.GetElapsedTime(_start).TotalSeconds;

    public void Add(int groups) => Interlocked.Add(ref _done, groups);

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_writing)
        {
            _hasEnded = true;
            if (_hasWritten) _host.Live!.Write("\r\e[K");
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            if (_hasEnded) return;
            _hasWritten = true;
            double part = Math.Min(1, Interlocked.Read(ref _done) / (double)_all);
            int full = (int)(part * Bar);
            _host.Live!.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\r[{new string('#', full)}{new string('.', Bar - full)}] {part:0 %}"));
            _host.Live!.Flush();
        }
    }
}
