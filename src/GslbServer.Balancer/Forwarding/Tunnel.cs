using System.Buffers;
using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>Carries octets between a client whose connection was upgraded and the backend that agreed to it.</summary>
/// <remarks>A direction holds a buffer only while octets are there: thousands that wait cost little more than their sockets. What cannot be sent is not read, so a slow receiver slows its sender.</remarks>
internal sealed class Tunnel(Stream client, UpstreamConnection backend, TimeSpan activityTimeout)
{
    private const int BufferSize = 16 * 1024;

    /// <param name="cancel">Breaks both directions.</param>
    /// <returns>When both have ended: none, or the error of the one that ended first.</returns>
    public async Task<ForwarderError> RunAsync(CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<ForwarderError> up = CopyUpAsync(end.Token), down = CopyDownAsync(end.Token);
        Task<ForwarderError> first = await Task.WhenAny(up, down);
        ForwarderError error = await first;
        // A client that says nothing more may still be answered. A backend that has ended, and what broke, leave nothing to wait for.
        if (first == down || error != ForwarderError.None)
        {
            await end.CancelAsync();
            backend.Abort();
            await Task.WhenAll(up, down);
            return error;
        }

        return await down;
    }

    private async Task<ForwarderError> CopyUpAsync(CancellationToken cancel)
    {
        byte[]? buffer = null;
        bool isSending = false;
        try
        {
            while (true)
            {
                _ = await client.ReadAsync(Memory<byte>.Empty, cancel); // waits, and takes none
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                int read = await client.ReadAsync(buffer, cancel);
                if (read == 0)
                {
                    backend.EndSending();
                    return ForwarderError.None;
                }

                backend.ExpectWithin(activityTimeout);
                isSending = true;
                for (int sent = 0; sent < read;) sent += await backend.SendAsync(buffer.AsMemory(sent, read - sent));
                isSending = false;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            return Broken(isSending ? ForwarderError.UpgradeRequestDestination : ForwarderError.UpgradeRequestClient, ForwarderError.UpgradeRequestCanceled, cancel);
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<ForwarderError> CopyDownAsync(CancellationToken cancel)
    {
        byte[]? buffer = null;
        bool isSending = false;
        try
        {
            while (true)
            {
                await backend.ReceiveAsync(Memory<byte>.Empty);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                int received = await backend.ReceiveAsync(buffer);
                if (received == 0) return ForwarderError.None;
                backend.ExpectWithin(activityTimeout);
                isSending = true;
                await client.WriteAsync(buffer.AsMemory(0, received), cancel);
                isSending = false;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            return Broken(isSending ? ForwarderError.UpgradeResponseClient : ForwarderError.UpgradeResponseDestination, ForwarderError.UpgradeResponseCanceled, cancel);
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ForwarderError Broken(ForwarderError byItself, ForwarderError canceled, CancellationToken cancel) =>
        backend.HasTimedOut ? ForwarderError.UpgradeActivityTimeout : cancel.IsCancellationRequested ? canceled : byItself;

    private static bool IsOfConnection(Exception error) => error is IOException or SocketException or ObjectDisposedException or OperationCanceledException;
}
