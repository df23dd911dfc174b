using System.Globalization;

namespace GslbServer;

/// <summary>What the AF_XDP transport took, answered and dropped, by queue and cause.</summary>
internal static class XdpMetrics
{
    private const string Dropped = "Frames taken from an interface that were not answered, for another reason than DNS has";

    public static void Add(MetricFamilies families, Node node)
    {
        foreach ((string name, string mode, var queues) in node.Xdp?.Read() ?? [])
        {
            families.Gauge("gslb_xdp_info", "Interfaces served around the kernel, and how", 1, ("interface", name), ("mode", mode));
            foreach ((int queue, XdpCounters counts, XdpStatistics kernel) in queues)
            {
                (string, string)[] labels = [("interface", name), ("queue", queue.ToString(CultureInfo.InvariantCulture))];
                families.Counter("gslb_xdp_received_frames_total", "Frames taken from an interface", counts[XdpCount.Received], labels);
                families.Counter("gslb_xdp_answered_total", "Answers given to an interface", counts[XdpCount.Answered], labels);
                foreach ((string reason, long value) in new[]
                {
                    ("length", counts[FrameFault.Length]), ("checksum", counts[FrameFault.Checksum]), ("source", counts[FrameFault.Source]), ("port_zero", counts[FrameFault.PortZero]),
                    ("oversized", counts[XdpCount.Oversized]), ("proxy_header", counts[XdpCount.BadProxyHeader]), ("send_ring_full", counts[XdpCount.SendRingFull]),
                    ("receive_ring_full", (long)kernel.ReceiveRingFull), ("fill_ring_empty", (long)kernel.FillRingEmpty),
                    ("kernel", (long)(kernel.ReceiveDropped + kernel.ReceiveInvalid + kernel.SendInvalid)),
                })
                {
                    families.Counter("gslb_xdp_dropped_total", Dropped, value, [.. labels, ("reason", reason)]);
                }
            }
        }
    }
}
