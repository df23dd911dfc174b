using System.Buffers;
using System.Globalization;
using OpenTelemetry.Resources;

namespace GslbServer;

/// <summary>Metrics as the message that OTLP collectors take: <c>ExportMetricsServiceRequest</c>. Names are those of Prometheus, so that a dashboard finds them whichever way they came; counters and histograms are
/// cumulative from the start of the process, so what one message lost the next one tells.</summary>
/// <remarks>Field numbers are those of opentelemetry/proto/metrics/v1/metrics.proto, common/v1/common.proto and resource/v1/resource.proto, version 1.</remarks>
internal static class OtlpMetricsMessage
{
    private const ulong Cumulative = 2;

    /// <param name="scope">Who measured: the program, with its version.</param>
    /// <param name="start">Of the process.</param>
    public static ReadOnlyMemory<byte> Write(MetricFamilies families, Resource resource, (string Name, string Version) scope, DateTimeOffset start, DateTimeOffset now)
    {
        ArrayBufferWriter<byte> whole = new(), ofResource = new(), ofScope = new(), part = new();
        foreach ((string key, object value) in resource.Attributes)
        {
            Attribute(part, 1, key, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        ofResource.Message(1, part);
        part.ResetWrittenCount();
        part.Text(1, scope.Name);
        part.Text(2, scope.Version);
        ofScope.Message(1, part);
        var times = new Times(Nanoseconds(start), Nanoseconds(now));
        foreach (MetricFamily family in families.All)
        {
            if (family.Samples.Count + family.Histograms.Count > 0)
            {
                part.ResetWrittenCount();
                Metric(part, family, times);
                ofScope.Message(2, part);
            }
        }

        ofResource.Message(2, ofScope);
        whole.Message(1, ofResource);
        return whole.WrittenMemory;
    }

    /// <summary>UCUM, from the name's own suffix; empty where it has none.</summary>
    public static string UnitOf(string name)
    {
        string bare = name.EndsWith("_total", StringComparison.Ordinal) ? name[..^6] : name;
        return bare[(bare.LastIndexOf('_') + 1)..] switch
        {
            "seconds" => "s",
            "bytes" => "By",
            "ratio" or "share" => "1",
            _ => "",
        };
    }

    private static void Metric(ArrayBufferWriter<byte> into, MetricFamily family, Times times)
    {
        into.Text(1, family.Name);
        into.Text(2, family.Help);
        if (UnitOf(family.Name) is { Length: > 0 } unit)
        {
            into.Text(3, unit);
        }

        ArrayBufferWriter<byte> data = new(), point = new();
        foreach (MetricSample sample in family.Samples)
        {
            point.ResetWrittenCount();
            Number(point, sample, family.Kind == MetricKind.Counter ? times : times with { Start = 0 });
            data.Message(1, point);
        }

        foreach (MetricHistogram histogram in family.Histograms)
        {
            point.ResetWrittenCount();
            Histogram(point, histogram, times);
            data.Message(1, point);
        }

        if (family.Kind is not (MetricKind.Gauge or MetricKind.Summary))
        {
            data.Varint(2, Cumulative);
        }

        if (family.Kind == MetricKind.Counter)
        {
            data.Varint(3, 1); // monotonic
        }

        into.Message(family.Kind switch { MetricKind.Gauge or MetricKind.Summary => 5, MetricKind.Counter => 7, _ => 9 }, data);
    }

    private static void Number(ArrayBufferWriter<byte> into, MetricSample sample, Times times)
    {
        Stamp(into, times);
        into.Double(4, sample.Value);
        Attributes(into, 7, sample.Labels);
    }

    private static void Histogram(ArrayBufferWriter<byte> into, MetricHistogram histogram, Times times)
    {
        Stamp(into, times);
        into.Fixed64(4, (ulong)histogram.Count);
        into.Double(5, histogram.Sum);
        if (histogram.Buckets.Count > 0)
        {
            foreach ((_, double count) in histogram.Buckets)
            {
                into.Fixed64(6, (ulong)count);
            }

            into.Fixed64(6, (ulong)histogram.Above);
            foreach ((double bound, _) in histogram.Buckets)
            {
                into.Double(7, bound);
            }
        }

        Attributes(into, 9, histogram.Labels);
    }

    private static void Stamp(ArrayBufferWriter<byte> into, Times times)
    {
        if (times.Start > 0)
        {
            into.Fixed64(2, times.Start);
        }

        into.Fixed64(3, times.Now);
    }

    private static void Attributes(ArrayBufferWriter<byte> into, int field, IReadOnlyList<(string Name, string Value)> labels)
    {
        foreach ((string name, string value) in labels)
        {
            Attribute(into, field, name, value);
        }
    }

    private static void Attribute(ArrayBufferWriter<byte> into, int field, string key, string value)
    {
        ArrayBufferWriter<byte> pair = new(), text = new();
        text.Text(1, value);
        pair.Text(1, key);
        pair.Message(2, text);
        into.Message(field, pair);
    }

    private static ulong Nanoseconds(DateTimeOffset at) => (ulong)(at - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>Nanoseconds of the Unix epoch.</summary>
    private readonly record struct Times(ulong Start, ulong Now);
}
