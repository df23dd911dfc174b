using System.Runtime.InteropServices;
using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb top</c> on a terminal: frames as they come, keys, another size, and the way out.</summary>
internal sealed class TopView(CliHost host, TopNode node, TimeSpan interval)
{
    private static readonly string[] Help =
    [
        "q          leave",
        "p, space   stop and go on",
        "s          order by share, or by name",
        "arrows, j, k, PgUp, PgDn, Home   scroll",
        "?          this help, and back",
        "",
        "Rates are of all answers, means of the time between two frames.",
        "Shares are of sampled answers: at most one a second and serving thread, the last thousand.",
        "REQUESTS/S and USE are what balancers report.",
    ];

    private readonly Channel<ConsoleKeyInfo?> _wakes = Channel.CreateUnbounded<ConsoleKeyInfo?>();
    private TopFrame? _frame;
    private string _problem = "";
    private TopSort _sort;
    private bool _isPaused, _showsHelp;
    private int _first;

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using PosixSignalRegistration interrupt = On(PosixSignal.SIGINT, stop), terminate = On(PosixSignal.SIGTERM, stop), hangUp = On(PosixSignal.SIGHUP, stop);
        using PosixSignalRegistration? resized = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _wakes.Writer.TryWrite(null));
        using var screen = new TopScreen(host.Screen!);
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
        Task frames = FramesAsync(stop.Token);
        try
        {
            do
            {
                Draw(screen);
            }
            while (await _wakes.Reader.WaitToReadAsync(stop.Token) && ObeyAll());
        }
        catch (OperationCanceledException)
        {
            // As q.
        }

        await stop.CancelAsync();
        await frames;
        return 0;
    }

    private static PosixSignalRegistration On(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    private async Task FramesAsync(CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(interval, host.Time);
            do
            {
                if (!_isPaused)
                {
                    try
                    {
                        _frame = await node.NextAsync(cancel);
                        _problem = "";
                    }
                    catch (CliException e)
                    {
                        _problem = e.Problems[0];
                    }

                    _wakes.Writer.TryWrite(null);
                }
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Blocks in each read, so that the terminal echoes nothing meanwhile.</summary>
    private void ReadKeys()
    {
        try
        {
            while (true)
            {
                _wakes.Writer.TryWrite(Console.ReadKey(intercept: true));
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // No keyboard: signals end it.
        }
    }

    /// <returns>False to leave.</returns>
    private bool ObeyAll()
    {
        while (_wakes.Reader.TryRead(out ConsoleKeyInfo? key))
        {
            if (key is { } pressed && !Obey(pressed))
            {
                return false;
            }
        }

        return true;
    }

    private bool Obey(ConsoleKeyInfo key)
    {
        int page = Math.Max(1, Console.WindowHeight - 2);
        switch (key)
        {
            case { KeyChar: 'q' or 'Q' }: return false;
            case { Key: ConsoleKey.Escape } when !_showsHelp: return false;
            case { KeyChar: '?' or 'h' } or { Key: ConsoleKey.Escape }: (_showsHelp, _first) = (!_showsHelp, 0); break;
            case { KeyChar: 'p' or ' ' }: _isPaused = !_isPaused; break;
            case { KeyChar: 's' }: _sort = _sort == TopSort.Share ? TopSort.Name : TopSort.Share; break;
            case { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' }: _first--; break;
            case { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' }: _first++; break;
            case { Key: ConsoleKey.PageUp }: _first -= page; break;
            case { Key: ConsoleKey.PageDown }: _first += page; break;
            case { Key: ConsoleKey.Home }: _first = 0; break;
        }

        return true;
    }

    private void Draw(TopScreen screen)
    {
        (int width, int height) = (Math.Max(1, Console.WindowWidth), Math.Max(2, Console.WindowHeight));
        IReadOnlyList<string> lines = _showsHelp ? Help : _frame is { } frame ? TopText.Lines(frame, _sort, host.Terminal) : ["asking the node ..."];
        _first = Math.Clamp(_first, 0, Math.Max(0, lines.Count - (height - 1)));
        string state = _problem.Length > 0 ? host.Terminal.Bad(PlainText.Of(_problem)) : _isPaused ? host.Terminal.Warning("paused") : $"every {Durations.Format(interval)}";
        screen.Draw(lines, _first, $"{state}   {host.Terminal.Faint("? help  q leave  p pause  s sort  arrows scroll")}", width, height);
    }
}
