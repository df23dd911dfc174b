using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace GslbServer.Balancer;

/// <summary>Writes the access log beside the requests: they hand entries over and never wait; what is too much is lost and counted.</summary>
/// <remarks>The file is opened for each round and closed after it: whoever moves or removes it (logrotate) finds a new one in its place, without a signal.</remarks>
internal sealed class AccessLog(ServingState serving, TimeProvider time, ILogger<AccessLog> logger) : BackgroundService, IMetricsSource
{
    private const int MostWaiting = 32_768, RoundOctets = 256 * 1024;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>What is no JSON text or could end a line is escaped all the same; markup needs no escapes in a log.</summary>
    internal static readonly JsonWriterOptions Format = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Channel<AccessEntry> _entries = Channel.CreateBounded<AccessEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _buffer = new(RoundOctets);
    private long _written, _dropped;
    private bool _hasFailed;

    /// <summary>Never blocks.</summary>
    public void Add(AccessEntry entry)
    {
        if (!_entries.Writer.TryWrite(entry)) Interlocked.Increment(ref _dropped);
    }

    public void Write(MetricFamilies families)
    {
        const string Name = "gslb_balancer_access_log_lines_total";
        families.Family(Name, MetricKind.Counter, "Lines of the access log: written; dropped because more came than could be written.");
        families.Sample(Name, Volatile.Read(ref _written), ("result", "written"));
        families.Sample(Name, Volatile.Read(ref _dropped), ("result", "dropped"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _entries.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteWaitingAsync();
                await Task.Delay(WriteEvery, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            await WriteWaitingAsync();
        }
    }

    private async Task WriteWaitingAsync()
    {
        while (_entries.Reader.TryPeek(out _))
        {
            _buffer.ResetWrittenCount();
            int lines = Gather();
            bool isWritten = await TryWriteAsync(serving.Settings.Options.AccessLog.Path);
            Interlocked.Add(ref isWritten ? ref _written : ref _dropped, lines);
        }
    }

    /// <returns>Lines in the buffer.</returns>
    private int Gather()
    {
        using var json = new Utf8JsonWriter(_buffer, Format);
        int lines = 0;
        for (; _buffer.WrittenCount < RoundOctets && _entries.Reader.TryRead(out AccessEntry? entry); lines++)
        {
            entry.Write(json);
            json.Flush();
            json.Reset();
            _buffer.Write("\n"u8);
        }

        return lines;
    }

    private async Task<bool> TryWriteAsync(string path)
    {
        try
        {
            // Turned off since: nobody wants them any more.
            if (path.Length == 0) return false;
            await using Stream target = path == "-" ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            await target.WriteAsync(_buffer.WrittenMemory);
            _hasFailed = false;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            if (!_hasFailed) Log.AccessLogFailed(logger, path, error.Message);
            _hasFailed = true;
            return false;
        }
    }
}
