namespace GslbServer.Balancer.Tests;

public sealed class FrameTrackerTests
{
    [Fact]
    public void Frames_of_every_length_end_where_they_end_however_they_are_cut()
    {
        var random = new Random(20_261_129);
        foreach (int length in new[] { 0, 1, 125, 126, 127, 65_535, 65_536, 100_000 })
        {
            foreach (bool masked in new[] { false, true })
            {
                byte[] frame = Frame(0x82, length, masked), stream = [.. frame, .. Frame(0x89, 3, masked)];
                var tracker = new FrameTracker();
                for (int at = 0; at < frame.Length;)
                {
                    Assert.Equal(at == 0, tracker.IsAtBoundary);
                    int cut = Math.Min(random.Next(1, 3) == 1 ? 1 : random.Next(1, 5000), stream.Length - at), passed = tracker.AdvanceToBoundary(stream.AsSpan(at, cut));
                    Assert.Equal(Math.Min(cut, frame.Length - at), passed);
                    at += passed;
                }

                Assert.True(tracker.IsAtBoundary);
                Assert.False(tracker.HasClosed);
            }
        }
    }

    [Fact]
    public void A_close_is_seen_and_an_opcode_in_a_payload_is_none()
    {
        var tracker = new FrameTracker();
        tracker.Advance([0x81, 2, 0x88, 0x88]);
        Assert.Equal((true, false), (tracker.IsAtBoundary, tracker.HasClosed));
        tracker.Advance([0x88, 2, 3]);
        Assert.Equal((false, true), (tracker.IsAtBoundary, tracker.HasClosed));
        tracker.Advance([0xe8]);
        Assert.Equal((true, true), (tracker.IsAtBoundary, tracker.HasClosed));
    }

    [Fact]
    public void Random_octets_never_throw_and_always_advance()
    {
        var random = new Random(20_261_129);
        byte[] octets = new byte[300];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(octets);
            var tracker = new FrameTracker();
            Assert.InRange(tracker.AdvanceToBoundary(octets), 2, octets.Length);
            tracker.Advance(octets);
        }
    }

    internal static byte[] Frame(byte first, int length, bool masked)
    {
        byte mask = masked ? (byte)0x80 : (byte)0;
        byte[] header = length < 126 ? [first, (byte)(mask | length)]
            : length < 65_536 ? [first, (byte)(mask | 126), (byte)(length >> 8), (byte)length]
            : [first, (byte)(mask | 127), 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
        byte[] payload = new byte[length];
        Array.Fill(payload, (byte)0x88);
        return [.. header, .. masked ? new byte[] { 1, 2, 3, 4 } : [], .. payload];
    }
}
