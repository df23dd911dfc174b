using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace GslbServer.Balancer;

/// <summary>Counts the octets of an answer's body, as the server is given them. Stands in for the body's feature while the request is logged.</summary>
internal sealed class CountingBody : PassingStream, IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _feature;
    private readonly Stream _stream;
    private CountingWriter? _writer;

    public CountingBody(HttpContext context)
    {
        _feature = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _stream = _feature.Stream;
        context.Features.Set<IHttpResponseBodyFeature>(this);
    }

    public long Octets { get; private set; }

    Stream IHttpResponseBodyFeature.Stream => this;

    PipeWriter IHttpResponseBodyFeature.Writer => _writer ??= new CountingWriter(this, _feature.Writer);

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public void DisableBuffering() => _feature.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _feature.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => _feature.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => _feature.CompleteAsync();

    public override void Flush() => _stream.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        Octets += count;
        _stream.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Octets += buffer.Length;
        return _stream.WriteAsync(buffer, cancellationToken);
    }

    private sealed class CountingWriter(CountingBody body, PipeWriter writer) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

        public override long UnflushedBytes => writer.UnflushedBytes;

        public override void Advance(int bytes)
        {
            body.Octets += bytes;
            writer.Advance(bytes);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            body.Octets += source.Length;
            return writer.WriteAsync(source, cancellationToken);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => writer.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

        public override void CancelPendingFlush() => writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => writer.Complete(exception);
    }
}
