using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>One request to a backend and its answer to the client. Use once: <see cref="TryTakeRequest"/>, then <see cref="RunAsync"/>.</summary>
internal sealed class DirectExchange(HttpContext context, UpstreamPool pool, TimeSpan activityTimeout, RequestTries? tries)
{
    private const int FirstBuffer = 16 * 1024, LargestContent = 64 * 1024, LargestHead = 64 * 1024, LargestBuffer = 1024 * 1024;

    // The request stands at the front, so that it can be sent again; the answer is received behind it.
    private byte[] _buffer = [];
    private int _request;
    private bool _hasContent, _isUpgrade;

    /// <summary>Writes the request down. Its content, if any, must have come whole.</summary>
    /// <returns>False, with nothing read of the content, if it has not or is long.</returns>
    public bool TryTakeRequest(bool keepHost, bool isUpgrade)
    {
        _isUpgrade = isUpgrade;
        HttpRequest request = context.Request;
        ReadOnlySequence<byte> content = default;
        bool hasContent = request.ContentLength is not (null or 0) || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && request.ContentLength is null;
        if (hasContent)
        {
            if (request.ContentLength is not (> 0 and <= LargestContent) || !request.BodyReader.TryRead(out ReadResult read)) return false;
            content = read.Buffer;
            if (content.Length != request.ContentLength)
            {
                request.BodyReader.AdvanceTo(content.Start, content.Start);
                return false;
            }
        }

        for (int size = FirstBuffer; size <= LargestBuffer; size *= 2)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(size);
            int head = RequestHead.Write(request, pool.Address, keepHost, isUpgrade, _buffer);
            if (head > 0 && head + content.Length <= _buffer.Length)
            {
                content.CopyTo(_buffer.AsSpan(head));
                _request = head + (int)content.Length;
                // Taken when there is a connection: until then another backend could get it.
                if (hasContent) request.BodyReader.AdvanceTo(content.Start, content.Start);
                _hasContent = hasContent;
                return true;
            }

            ArrayPool<byte>.Shared.Return(_buffer);
        }

        if (hasContent) request.BodyReader.AdvanceTo(content.Start, content.Start);
        return false;
    }

    /// <returns>As YARP's forwarder; where the answer has not started, its status says what went wrong.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwarderError> RunAsync(CancellationToken cancel)
    {
        UpstreamConnection? connection = null;
        CancellationTokenRegistration abort = default;
        bool hasHead = false;
        try
        {
            int received;
            while (true)
            {
                connection = await ConnectAsync(cancel);
                TakeContent();
                abort = cancel.UnsafeRegister(static state => ((UpstreamConnection)state!).Abort(), connection);
                connection.ExpectWithin(activityTimeout);
                received = 0;
                try
                {
                    for (int sent = 0; sent < _request;) sent += await connection.SendAsync(_buffer.AsMemory(sent, _request - sent));
                    received = await connection.ReceiveAsync(_buffer.AsMemory(_request));
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
                {
                    // As good as an end without any octet.
                }

                if (received > 0) break;
                // A connection at rest may be closed just as it is taken; what may be sent twice is (RFC 9112 section 9.3.1).
                bool again = connection.IsReused && IsIdempotent && !connection.HasTimedOut && !connection.IsAborted;
                abort.Dispose();
                connection.Dispose();
                if (!again) return Fail(connection.HasTimedOut ? ForwarderError.RequestTimedOut : connection.IsAborted ? ForwarderError.RequestCanceled : ForwarderError.Request, null);
            }

            var answer = new Answer(_request, _request + received);
            ResponseHead head;
            while (true)
            {
                int length = ResponseHead.Find(_buffer.AsSpan(answer.Start..answer.End));
                if (length > 0)
                {
                    bool isSwitch = _isUpgrade && _buffer.AsSpan(answer.Start, length)[8..].StartsWith(" 101"u8), isInterim = !isSwitch && length > 9 && _buffer[answer.Start + 9] == '1';
                    bool isSound = ResponseHead.TryRead(_buffer.AsSpan(answer.Start, length), HttpMethods.IsHead(context.Request.Method), connection.Memory,
                        isInterim ? null : context.Response.Headers, out head);
                    if (!isSound || (head.Status == StatusCodes.Status101SwitchingProtocols && !IsAgreed())) return Fail(ForwarderError.ResponseHeaders, null);
                    answer.Start += length;
                    if (!isInterim) break;
                    continue;
                }

                if (answer.End - answer.Start > LargestHead) return Fail(ForwarderError.ResponseHeaders, null);
                if (answer.End == _buffer.Length) Grow();
                connection.ExpectWithin(activityTimeout);
                received = await connection.ReceiveAsync(_buffer.AsMemory(answer.End));
                if (received == 0) return Fail(ForwarderError.Request, null);
                answer.End += received;
            }

            hasHead = true;
            if (head.Status == StatusCodes.Status101SwitchingProtocols) return await SwitchAsync(connection, answer, cancel);
            if (tries is not null && tries.HoldsBack(head.Status, !StringValues.IsNullOrEmpty(context.Response.Headers.RetryAfter))) context.Response.Clear();
            context.Response.StatusCode = head.Status;
            if (tries is { IsHeldBack: true }) return ForwarderError.None;
            bool isWhole = head.Framing switch
            {
                ContentFraming.None => true,
                ContentFraming.Length when answer.End - answer.Start >= head.ContentLength => TakeWhole(ref answer, (int)head.ContentLength),
                ContentFraming.Length => await CopyAsync(connection, answer.Take(_buffer), head.ContentLength),
                ContentFraming.UntilClose => await CopyAsync(connection, answer.Take(_buffer), long.MaxValue),
                _ => false,
            };
            if (head.Framing == ContentFraming.Chunked) (isWhole, answer) = await CopyChunksAsync(connection, answer);
            if (!isWhole) return Fail(context.RequestAborted.IsCancellationRequested ? ForwarderError.ResponseBodyCanceled : ForwarderError.ResponseBodyDestination, null);

            // Octets that nobody asked for, or an abort under way: such a connection has no next exchange.
            bool isUnharmed = abort.Unregister() || !cancel.CanBeCanceled;
            if (isUnharmed && head.KeepsConnection && answer.Start == answer.End)
            {
                pool.PutAside(connection);
                connection = null;
            }

            return ForwarderError.None;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return Fail(Kind(error, connection, hasHead, cancel), connection is null ? new HttpRequestException(HttpRequestError.ConnectionError, error.Message, error) : error);
        }
        finally
        {
            abort.Dispose();
            connection?.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private void TakeContent()
    {
        if (_hasContent && context.Request.BodyReader.TryRead(out ReadResult read)) context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        _hasContent = false;
    }

    private bool IsIdempotent => context.Request.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";

    private ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancel)
    {
        while (pool.TryTake(out UpstreamConnection? connection))
        {
            // What may be sent once only is not sent where nobody listens any more.
            if ((IsIdempotent && pool.HasRestedBriefly(connection)) || connection.LooksUsable()) return new(connection);
            connection.Dispose();
        }

        return pool.ConnectAsync(cancel);
    }

    /// <summary>Content that has come with its head leaves with its head too: Kestrel sends both when the request ends.</summary>
    private bool TakeWhole(ref Answer answer, int length)
    {
        if (length > 0) context.Response.BodyWriter.Write(_buffer.AsSpan(answer.Start, length));
        answer.Start += length;
        return true;
    }

    /// <summary>Copies as it comes, each piece at once: streams of events must not wait for more.</summary>
    private async ValueTask<bool> CopyAsync(UpstreamConnection connection, ReadOnlyMemory<byte> first, long length)
    {
        PipeWriter writer = context.Response.BodyWriter;
        writer.Write(first.Span);
        long left = length - first.Length;
        while (true)
        {
            FlushResult flushed = await writer.FlushAsync();
            if (flushed.IsCompleted || flushed.IsCanceled) return false;
            if (left == 0) return true;
            Memory<byte> room = writer.GetMemory();
            if (room.Length > left) room = room[..(int)left];
            connection.ExpectWithin(activityTimeout);
            int received = await connection.ReceiveAsync(room);
            if (received == 0) return length == long.MaxValue;
            writer.Advance(received);
            left -= received;
        }
    }

    private async ValueTask<(bool IsWhole, Answer Answer)> CopyChunksAsync(UpstreamConnection connection, Answer answer)
    {
        PipeWriter writer = context.Response.BodyWriter;
        IHeaderDictionary? trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var content = new ChunkedContent();
        while (true)
        {
            while (!content.IsDone && answer.Start < answer.End)
            {
                int taken = content.Take(_buffer.AsSpan(answer.Start..answer.End), out ReadOnlySpan<byte> data, trailers);
                if (taken < 0) return (false, answer);
                if (!data.IsEmpty) writer.Write(data);
                answer.Start += taken;
            }

            if (content.IsDone) return (true, answer);
            FlushResult flushed = await writer.FlushAsync();
            if (flushed.IsCompleted || flushed.IsCanceled) return (false, answer);
            connection.ExpectWithin(activityTimeout);
            // The request is not needed any more: its place is.
            int received = await connection.ReceiveAsync(_buffer);
            if (received == 0) return (false, answer);
            answer = new Answer(0, received);
        }
    }

    /// <summary>Whether the backend switches to what the client has asked for.</summary>
    private bool IsAgreed() => _isUpgrade && context.Response.Headers.Upgrade is { Count: 1 } upgrade && HopByHop.IsNamed(context.Request.Headers.Upgrade, upgrade.ToString());

    /// <summary>From here on both speak another protocol, for as long as they like.</summary>
    private async ValueTask<ForwarderError> SwitchAsync(UpstreamConnection connection, Answer answer, CancellationToken cancel)
    {
        context.Response.ContentLength = null;
        connection.ExpectWithin(activityTimeout);
        Stream client = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        if (answer.Start < answer.End) await client.WriteAsync(answer.Take(_buffer), cancel);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        ForwarderError error = await new Tunnel(client, connection, activityTimeout).RunAsync(cancel);
        if (error != ForwarderError.None) context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, null));
        return error;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static ForwarderError Kind(Exception error, UpstreamConnection? connection, bool hasHead, CancellationToken cancel) => (hasHead, cancel.IsCancellationRequested) switch
    {
        (true, true) => ForwarderError.ResponseBodyCanceled,
        (true, false) => ForwarderError.ResponseBodyDestination,
        (false, true) => ForwarderError.RequestCanceled,
        _ when connection is { HasTimedOut: true } || error is SocketException { SocketErrorCode: SocketError.TimedOut } => ForwarderError.RequestTimedOut,
        _ => ForwarderError.Request,
    };

    private ForwarderError Fail(ForwarderError error, Exception? exception)
    {
        context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, exception));
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = error switch
            {
                ForwarderError.RequestTimedOut => StatusCodes.Status504GatewayTimeout,
                ForwarderError.RequestCanceled => StatusCodes.Status499ClientClosedRequest,
                _ => StatusCodes.Status502BadGateway,
            };
        }
        // The client must not take a part for the whole.
        else if (context.Features.Get<IHttpResetFeature>() is { } reset) reset.Reset(error == ForwarderError.ResponseBodyCanceled ? 8 : 2); // CANCEL, INTERNAL_ERROR: RFC 9113 section 7
        else context.Abort();
        return error;
    }

    /// <summary>What has been received of the answer and not been used yet.</summary>
    private record struct Answer(int Start, int End)
    {
        public ReadOnlyMemory<byte> Take(byte[] buffer)
        {
            ReadOnlyMemory<byte> rest = buffer.AsMemory(Start..End);
            Start = End;
            return rest;
        }
    }

    private sealed record ForwardingError(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
